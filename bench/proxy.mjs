// Footplate's proxy beside nginx, HAProxy and PM2: every row of the table of targets. Started by ./run proxy [OPTIONS], see USAGE.
// Servers of one row run at the same time, and take the load in turn: A B C, B C A, C A B, … Ratios are made within a round.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { measured, median, memory, sleep, wrk } from './load/measure.mjs'
import * as servers from './load/servers.mjs'

const USAGE = `./bench/run proxy [--rows NAME,…] [--seconds S] [--warm-up S] [--rounds N] [--beside COMMAND]
  --rows     some of: small latency large upload static idle node allocation options first (all)
  --seconds  of each measurement (3)
  --warm-up  of Footplate before a row, with the row's load (8); the others, which compile nothing, get 1
  --rounds   (5)
  --beside   a command of sh that is run again and again meanwhile, such as a compiler: who shares a machine's processors
             with the apps does not ask when`

const here = path.dirname(fileURLToPath(import.meta.url))
const CORES = os.availableParallelism()
const IDLE = 10_000
/** What compilers have used meanwhile is given back to the system by then (TrimNativeHeapInterval). */
const SETTLED = 14_000
const COST_MS = 0.2

const { rounds, seconds, warmUp, beside, rows: wanted } = chosenBy(process.argv.slice(2))

function chosenBy(words) {
  if (words.includes('--help')) {
    console.log(USAGE)
    process.exit()
  }
  const chosen = { rows: 'small,latency,large,upload,static,idle,node,allocation,options,first', seconds: '3', 'warm-up': '8', rounds: '5', beside: '' }
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '')
    if (!(name in chosen) || words[i + 1] === undefined) throw new Error(`'${words[i]}' is not understood.\n${USAGE}`)
    chosen[name] = words[i + 1]
  }
  return { rows: chosen.rows.split(','), seconds: Number(chosen.seconds), warmUp: Number(chosen['warm-up']), rounds: Number(chosen.rounds), beside: chosen.beside }
}

const table = []
const shown = value => value.toFixed(2)
const say = text => process.stderr.write(`bench: ${text}\n`)
let warmed = Infinity

/** Rounds of a load on each server in turn; by server the list of what was measured. */
async function compare(title, all, load) {
  say(title)
  for (const server of all) {
    // What is compiled while it runs must have been: on one connection that would take too long.
    const ours = server.name.startsWith('Footplate')
    const warm = await measured(server, { ...load, connections: Math.max(load.connections, load.large ? 8 : 32) }, ours ? warmUp : 1)
    if (ours && !load.large) warmed = Math.min(warmed, warm.requests)
  }
  const results = all.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const who = (turn + round) % all.length
      results[who].push(await measured(all[who], load, seconds))
    }
  }
  return results
}

/** The median over the rounds of a value of the first server divided by that of another one, with the extremes. */
function ratio(results, other, value) {
  const each = results[0].map((mine, round) => value(mine) / value(results[other][round]))
  const middle = median(each)
  return { middle, text: `${shown(middle)} (${shown(Math.min(...each))}–${shown(Math.max(...each))})` }
}

const middle = (list, value) => median(list.map(value))
const cpuOf = result => result.cpu
const rateOf = result => result.rate
const verdict = (value, op, goal) => (op === '≤' ? value <= goal : value >= goal) ? 'yes' : 'no'

function row(what, absolute, ratios, goal, met) {
  table.push([what, absolute, ratios, goal, met])
  say(`  ${absolute}; ${ratios}`)
}

const perRequest = (all, results, unit, factor) =>
  all.map((server, i) => `${server.name} ${(middle(results[i], cpuOf) * factor).toFixed(1)}`).join(', ') + ` ${unit}`

async function together(starts, use) {
  const all = []
  try {
    for (const start of starts) all.push(await start())
    await use(all)
  } finally {
    for (const server of all.reverse()) await server.stop()
  }
}

// Rows

async function small(up) {
  for (const [kind, address] of [['Unix socket', up.unix], ['TCP', up.tcp]]) {
    for (const loops of [1, 2]) {
      const load = { connections: 32 * loops, threads: loops }
      const starts = [() => servers.footplateProxy(address, loops), () => servers.nginxProxy([address], loops), () => servers.haproxy(address, loops)]
      await together(starts, async all => {
        const what = `small proxied response, ${kind}, ${loops} loop${loops > 1 ? 's' : ''}, ${load.connections} connections`
        const results = await compare(what, all, load)
        const nginx = ratio(results, 1, cpuOf)
        const rate = ratio(results, 1, rateOf)
        row(`${what}: CPU`, perRequest(all, results, 'µs', 1e6), `${nginx.text} × nginx, ${ratio(results, 2, cpuOf).text} × HAProxy`, '≤ 0.95 × nginx', verdict(nginx.middle, '≤', 0.95))
        row('… requests/s', all.map((server, i) => `${server.name} ${middle(results[i], rateOf).toFixed(0)}`).join(', '), `${rate.text} × nginx`, '≥ 1.0 × nginx', verdict(rate.middle, '≥', 1))
      })
    }
  }
}

async function latency(up) {
  for (const [kind, address] of [['Unix socket', up.unix], ['TCP', up.tcp]]) {
    await together([() => servers.footplateProxy(address, 1), () => servers.nginxProxy([address], 1), () => servers.haproxy(address, 1)], async all => {
      const what = `one connection, ${kind}: median latency`
      const results = await compare(what, all, { connections: 1 })
      const nginx = ratio(results, 1, result => result.p50)
      row(what, all.map((server, i) => `${server.name} ${middle(results[i], result => result.p50).toFixed(0)}`).join(', ') + ' µs', `${nginx.text} × nginx`, '≤ 1.1 × nginx', verdict(nginx.middle, '≤', 1.1))
    })
  }
}

async function transfer(address, what, load) {
  await together([() => servers.footplateProxy(address, 1), () => servers.nginxProxy([address], 1), () => servers.haproxy(address, 1)], async all => {
    const results = await compare(`${what}, CPU per GB`, all, { connections: 8, large: true, ...load })
    const haproxy = ratio(results, 2, cpuOf)
    row(`${what}, Unix socket, 1 loop, 8 connections: CPU per GB`, perRequest(all, results, 'ms', 1e3 * 1e9 / (1 << 20)), `${haproxy.text} × HAProxy, ${ratio(results, 1, cpuOf).text} × nginx`, '≤ 1.0 × HAProxy', verdict(haproxy.middle, '≤', 1))
  })
}

const large = up => transfer(up.unix, '1 MB responses', { path: '/large' })
const upload = up => transfer(up.sink, '1 MB uploads', { method: 'POST', body: 1 << 20 })

async function files() {
  const root = path.join(servers.home, 'files')
  fs.mkdirSync(root)
  const sizes = [['1 KB', 1 << 10, 0.8, 32], ['100 KB', 100 << 10, 0.9, 16], ['10 MB', 10 << 20, 1, 4]]
  for (const [, size] of sizes) fs.writeFileSync(path.join(root, `${size}.txt`), Buffer.alloc(size, 'x'))
  await together([() => servers.footplateFiles(root, 1), () => servers.nginxFiles(root, 1, false), () => servers.nginxFiles(root, 1, true)], async all => {
    for (const [name, size, goal, connections] of sizes) {
      const results = await compare(`static ${name}`, all, { path: `/${size}.txt`, connections, large: size > 1 << 20 })
      const nginx = ratio(results, 1, cpuOf)
      const cached = ratio(results, 2, cpuOf)
      const small = size === 1 << 10
      row(`static file of ${name}, 1 loop, ${connections} connections: CPU`, perRequest(all, results, 'µs', 1e6), `${nginx.text} × nginx, ${cached.text} × with open_file_cache`,
        `≤ ${goal} × nginx${small ? ', ≤ 1.0 × with open_file_cache' : ''}`, nginx.middle <= goal && (!small || cached.middle <= 1) ? 'yes' : 'no')
    }
  })
}

/** Memory that idle connections cost: what the process has with them, less what it had before, after the same load. */
async function idle(up) {
  say(`${IDLE} idle connections`)
  await together([() => servers.footplateProxy(up.unix, 1), () => servers.nginxProxy([up.unix], 1)], async all => {
    const each = []
    for (const server of all) {
      await wrk({ port: server.port, connections: 256 }, warmUp)
      await sleep(SETTLED)
      const before = memory(server.pids())
      const client = spawn(process.execPath, [path.join(here, 'load', 'idle.mjs'), String(server.port), String(IDLE)], { stdio: ['pipe', 'pipe', 'inherit'] })
      try {
        await new Promise((done, failed) => {
          client.stdout.once('data', done)
          client.once('exit', code => failed(new Error(`the client of the idle connections ended: ${code}`)))
        })
        await sleep(SETTLED)
        each.push((memory(server.pids()) - before) / IDLE)
      } finally {
        const gone = client.exitCode === null ? new Promise(done => client.once('exit', done)) : undefined
        client.kill()
        await gone
      }
    }
    row(`${IDLE} idle keep-alive connections after a request each: memory of the processes (PSS), growth per connection`, all.map((server, i) => `${server.name} ${(each[i] / 1024).toFixed(2)}`).join(', ') + ' KB', `${shown(each[0] / each[1])} × nginx`, '≤ 1.2 KB', verdict(each[0] / 1024, '≤', 1.2))
  })
}

/** Bytes to hash so that a request of the app costs about COST_MS of CPU on this machine. */
function bytesOfWork() {
  const data = Buffer.alloc(1 << 20, 'x')
  const hash = () => createHash('sha256').update(data).digest()
  for (let i = 0; i < 50; i++) hash()
  const before = process.cpuUsage()
  for (let i = 0; i < 200; i++) hash()
  const { user, system } = process.cpuUsage(before)
  return Math.round(COST_MS * 1000 / ((user + system) / 200) * data.length)
}

async function node() {
  const app = path.join(servers.home, 'app')
  fs.mkdirSync(app)
  fs.copyFileSync(path.join(here, 'load', 'app.js'), path.join(app, 'app.js'))
  const file = path.join(app, 'app.js')
  const environment = { WORK: String(bytesOfWork()) }
  await together([() => servers.nodeOnFootplate(app, environment), () => servers.nodeBehindNginx(file, environment), () => servers.nodeOnPm2(file, environment)], async all => {
    for (const [what, close, goalNginx, goalPm2] of [['keep-alive', false, 1.1, 1], ['a new connection each', true, 1.05, 1.4]]) {
      const title = `Node app, 2 processes, ${COST_MS} ms of work each, ${what}, 32 connections: requests/s`
      const results = await compare(title, all, { connections: 32, close })
      const nginx = ratio(results, 1, rateOf)
      const pm2 = ratio(results, 2, rateOf)
      row(title, all.map((server, i) => `${server.name} ${middle(results[i], rateOf).toFixed(0)}`).join(', '), `${nginx.text} × nginx, ${pm2.text} × pm2`, `≥ ${goalNginx} × nginx, ≥ ${goalPm2} × pm2`, nginx.middle >= goalNginx && pm2.middle >= goalPm2 ? 'yes' : 'no')
    }
  })
}

async function allocation(up) {
  say('allocation per request')
  await together([() => servers.footplateProxy(up.unix, 1)], async ([server]) => {
    const load = { port: server.port, connections: 32 }
    await wrk(load, Math.max(warmUp, 8))
    const before = servers.allocated(server.pid)
    const { requests } = await wrk(load, 3 * seconds)
    const each = (servers.allocated(server.pid) - before) / requests
    row('heap allocated on the event loops per small proxied request, steady state', `${each.toFixed(0)} bytes`, `over ${requests} requests`, '≤ 200 bytes', verdict(each, '≤', 200))
  })
}

/** What the transport and access logs change. */
async function options(up) {
  const log = path.join(servers.home, 'access.log')
  const flags = [['Footplate', []], ['Footplate over io_uring', ['--transport', 'io_uring']],
    ['Footplate with a log (combined)', ['--access-log', 'combined', '--access-log-file', log]], ['Footplate with a log (JSON)', ['--access-log', 'json', '--access-log-file', log]]]
  await together(flags.map(([name, words]) => () => servers.footplateProxy(up.tcp, 1, words, name)), async all => {
    const results = await compare('transport and access logs', all, { connections: 32 })
    const as = index => median(results[index].map((one, round) => one.cpu / results[0][round].cpu)).toFixed(2)
    row('the same over TCP with 1 loop, by transport and access log: CPU', perRequest(all, results, 'µs', 1e6), `${as(1)}, ${as(2)}, ${as(3)} × the first`, '', '')
  })
}

/** One request as soon as the port is there, and the tenth after it; each on a connection of its own. */
async function first(up) {
  const STARTS = 11
  for (const [when, wait] of [['as soon as the port is open', 0], ['a second later', 1_000]]) {
    say(`the first request ${when}`)
    const times = []
    for (let i = 0; i < STARTS; i++) {
      await together([() => servers.footplateProxy(up.unix, 1)], async ([server]) => {
        await sleep(wait)
        const each = []
        for (let k = 0; k < 10; k++) each.push(await asked(server.port))
        times.push([each[0], each[9]])
      })
    }
    const one = times.map(([ms]) => ms)
    row(`the first request, ${when}, of ${STARTS} starts: median (worst); the tenth`, `${median(one).toFixed(1)} (${Math.max(...one).toFixed(1)}) ms; ${median(times.map(([, ms]) => ms)).toFixed(1)} ms`, '', '', '')
  }
}

/** Milliseconds from before the connection to the end of the answer. */
function asked(port) {
  return new Promise((done, failed) => {
    const began = performance.now()
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n'))
    let answer = ''
    socket.on('data', data => { answer += data })
    socket.on('error', failed)
    socket.on('end', () => answer.startsWith('HTTP/1.1 200 ') ? done(performance.now() - began) : failed(new Error(`the first request: ${answer.split('\r')[0]}`)))
  })
}

const ROWS = { small, latency, large, upload, static: files, idle, node, allocation, options, first }

function version(command, ...words) {
  const result = spawnSync(command, words, { encoding: 'utf8' })
  return `${result.stdout}${result.stderr}`.trim().split('\n')
}

try {
  for (const name of wanted) if (!(name in ROWS)) throw new Error(`there is no row '${name}'.\n${USAGE}`)
  const began = Date.now()
  const load = os.loadavg()[0]
  if (beside) servers.beside(beside)
  const up = await servers.upstream()
  for (const name of wanted) await ROWS[name](up)
  await up.stop()
  const java = execFileSync(servers.footplateCommand, ['version'], { encoding: 'utf8' }).trim()
  const tools = [java, version('nginx', '-v')[0].replace(/.*nginx\//, 'nginx '), version('haproxy', '-v')[0].replace(/^HAProxy version (\S+).*/, 'HAProxy $1'),
    version('wrk', '-v')[0].replace(/^wrk (\S+).*/, 'wrk $1'), `node ${process.version}`, `pm2 ${servers.pm2Version()}`]
  console.log(`### Proxy, ${new Date().toISOString().slice(0, 10)}\n`)
  console.log(`${tools.join('; ')}; Linux ${os.release()}, ${CORES} × ${os.cpus()[0].model.trim()}, load before the run ${load.toFixed(1)}. Command: \`./bench/run proxy${process.argv.slice(2).map(word => / /.test(word) ? ` '${word}'` : ` ${word}`).join('')}\`.`)
  console.log(`CPU is user and system time of the whole process tree per request. ${rounds} interleaved rounds of ${seconds} s each, after a warm-up by the same load (Footplate ${warmUp} s${Number.isFinite(warmed) ? `, at least ${warmed} requests` : ''}; the others 1 s); medians, and medians of the rounds' ratios with the lowest and highest. The run took ${((Date.now() - began) / 60_000).toFixed(0)} minutes.\n`)
  console.log('| case | measured | ratio | goal | met |\n| --- | --- | --- | --- | --- |')
  for (const cells of table) console.log(`| ${cells.join(' | ')} |`)
} catch (failure) {
  console.error(`bench: ${failure.message}`)
  process.exitCode = 1
}
process.exit()
