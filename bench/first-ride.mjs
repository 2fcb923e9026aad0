// The figures of the first ride: how fast the command line answers, what the daemon costs, what a crash costs under load.
// Everything is measured side by side in one run, in turn, after a warm-up. Started by ./run.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const footplate = path.join(here, '..', 'footplate')
const pm2 = path.join(here, 'target', 'peers', 'node_modules', '.bin', 'pm2')
const hello = path.join(here, '..', 'examples', 'hello')
const ROUNDS = 20
const RATE = 400
const KILLS = 10
// Each process is killed every other time: after more than the ten seconds that forgive its last end, so that no backoff is measured.
const BETWEEN_KILLS = 5_500

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'fp-bench-'))
const environment = { ...process.env, FOOTPLATE_HOME: path.join(home, 'f'), FOOTPLATE_USER_SWITCHING: 'off', PM2_HOME: path.join(home, 'p') }

function call(command, ...words) {
  const began = process.hrtime.bigint()
  const result = spawnSync(command, words, { env: environment, encoding: 'utf8', timeout: 60_000 })
  const ms = Number(process.hrtime.bigint() - began) / 1e6
  if (result.status !== 0) throw new Error(`${command} ${words.join(' ')}: ${result.status}\n${result.stdout}${result.stderr}`)
  return { ms, out: result.stdout }
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
}
const median = values => quantile(values, 0.5)
const sleep = ms => new Promise(done => setTimeout(done, ms))

function freePort() {
  return new Promise(done => {
    const server = http.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

function get(port, agent) {
  return new Promise(done => {
    let begun = false
    const request = http.get({ host: '127.0.0.1', port, agent, timeout: 10_000 }, answer => {
      begun = true
      answer.on('error', () => done('cut'))
      answer.on('aborted', () => done('cut'))
      answer.on('end', () => done(String(answer.statusCode)))
      answer.resume()
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', failure => done(begun ? 'cut' : failure.code || failure.message))
  })
}

function memory(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024
}

const apps = () => JSON.parse(call(footplate, 'list', '--json').out)

async function startToFirstAnswer() {
  const times = []
  for (let round = 0; round < 6; round++) {
    const port = await freePort()
    const began = process.hrtime.bigint()
    const start = spawn(footplate, ['start', hello, '--port', String(port)], { env: environment, stdio: 'ignore' })
    const ended = new Promise(done => start.on('exit', done))
    while ((await get(port)) !== '200') await sleep(2)
    times.push(Number(process.hrtime.bigint() - began) / 1e6)
    await ended
    call(footplate, 'delete', 'hello')
    call(footplate, 'kill')
  }
  return times.slice(1) // the first warms the disk's cache
}

function listing() {
  const times = { footplate: [], pm2: [], node: [] }
  for (let round = -2; round < ROUNDS; round++) {
    const one = {
      footplate: call(footplate, 'list').ms,
      node: call(process.execPath, '-e', '0').ms,
      pm2: call(pm2, 'list').ms,
    }
    if (round >= 0) for (const key of Object.keys(times)) times[key].push(one[key])
  }
  return times
}

/** Open loop: a request is sent when its time has come, whether or not earlier ones are answered. Half of them on new connections. */
async function crashes(port) {
  const kept = new http.Agent({ keepAlive: true, maxSockets: 64 })
  const outcomes = {}
  const waits = []
  const under = []
  let sent = 0
  const began = Date.now()
  const until = began + (KILLS + 2) * BETWEEN_KILLS
  const load = (async () => {
    while (Date.now() < until) {
      while (sent < ((Date.now() - began) / 1000) * RATE) {
        const agent = sent++ % 2 ? kept : undefined
        under.push(get(port, agent).then(outcome => { outcomes[outcome] = (outcomes[outcome] || 0) + 1 }))
      }
      await sleep(2)
    }
  })()
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(kill ? BETWEEN_KILLS : 2 * BETWEEN_KILLS)
    const log = fs.statSync(path.join(environment.FOOTPLATE_HOME, 'daemon.log')).size
    const victims = fs.readFileSync(path.join(environment.FOOTPLATE_HOME, 'state.json'), 'utf8')
    const pid = JSON.parse(victims).apps[0].instances[kill % 2].pid
    const at = Date.now()
    process.kill(pid, 'SIGKILL')
    let started
    while (!started && Date.now() - at < 5_000) {
      await sleep(20)
      const lines = fs.readFileSync(path.join(environment.FOOTPLATE_HOME, 'daemon.log'), 'utf8').slice(log)
      started = /^(\S+) app hello: instance \d+ starts \(restart/m.exec(lines)
    }
    waits.push(started ? Date.parse(started[1]) - at : Infinity)
  }
  await load
  await Promise.all(under)
  kept.destroy()
  return { sent, outcomes, waits }
}

async function main() {
  const rows = []
  const starts = await startToFirstAnswer()
  rows.push(['`footplate start` to the first answer (Node hello, ready build)', `${median(starts).toFixed(0)} ms (worst ${Math.max(...starts).toFixed(0)})`, '≤ 1000 ms'])

  const port = await freePort()
  call(footplate, 'start', hello, '--port', String(port), '--min', '2', '--max', '2')
  const pid = Number(fs.readFileSync(path.join(environment.FOOTPLATE_HOME, 'daemon.pid'), 'utf8'))
  await sleep(5_000)
  rows.push(['daemon with one app, idle: resident memory', `${memory(pid).toFixed(1)} MB`, '≤ 64 MB'])

  call(pm2, 'start', path.join(hello, 'app.js'), '--name', 'hello', '-i', '2')
  const times = listing()
  call(pm2, 'kill')
  const ratio = (a, b) => median(times[a].map((ms, i) => ms / times[b][i]))
  const shown = key => `${median(times[key]).toFixed(0)} ms`
  rows.push(['`footplate list`', shown('footplate'), ''])
  rows.push(['`pm2 list`', shown('pm2'), ''])
  rows.push(['`node -e 0`', shown('node'), ''])
  rows.push(['list: footplate ÷ pm2', ratio('footplate', 'pm2').toFixed(2), '< 1'])
  rows.push(['list: footplate ÷ node -e 0', ratio('footplate', 'node').toFixed(2), '≤ 1.5'])

  const { sent, outcomes, waits } = await crashes(port)
  const failed = Object.entries(outcomes).filter(([outcome]) => outcome !== '200' && outcome !== 'cut')
  rows.push([`kill -9 of one of two processes, ${KILLS} times at ${RATE} requests/s`, `${sent} sent, ${outcomes['200'] || 0} answered`, ''])
  rows.push(['… failed though not half answered', failed.length ? failed.map(([k, n]) => `${n} × ${k}`).join(', ') : '0', '0'])
  rows.push(['… cut while half answered', String(outcomes.cut || 0), ''])
  rows.push(['… from kill to the start of the replacement', `median ${median(waits)} ms, worst ${Math.max(...waits)} ms`, '≤ 20 ms'])
  rows.push(['daemon after that: resident memory', `${memory(pid).toFixed(1)} MB`, ''])
  rows.push(['restarts counted', String(apps().reduce((sum, i) => sum + i.restarts, 0)), String(KILLS)])

  const version = call(footplate, 'version').out.trim()
  const pm2Version = call(pm2, '--version').out.trim().split('\n').pop()
  console.log(`### First ride, ${new Date().toISOString().slice(0, 10)}\n`)
  console.log(`${version}; node ${process.version}; pm2 ${pm2Version}; Linux ${os.release()}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}, load ${os.loadavg()[0].toFixed(1)}. Command: \`./bench/run first-ride\`. Medians; commands in turn, ${ROUNDS} rounds.\n`)
  console.log('| what | measured | goal |\n| --- | --- | --- |')
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}

try {
  await main()
} finally {
  for (const tool of [footplate, pm2]) spawnSync(tool, ['kill'], { env: environment, stdio: 'ignore', timeout: 30_000 })
  fs.rmSync(home, { recursive: true, force: true })
}
