// What putting a configuration file in force anew costs the visitors, and how long it takes with many hosts. Started by ./run reload [--times N].
import { execFileSync, fork } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, get, now, runs, sleep, until } from './load/contestants.mjs'

const RATE = 400
const WARM_UP = 5_000
const MANY = 10_000
const here = path.dirname(fileURLToPath(import.meta.url))
const command = path.join(here, '..', 'footplate')
const at = process.argv.indexOf('--times')
const times = at < 0 ? 100 : Number(process.argv[at + 1])
if (!(times > 0)) {
  process.stderr.write('./bench/run reload [--times N]: N reloads under load, 100 where nothing is said\n')
  process.exit(2)
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'fp-reload-'))
const port = await freePort()
const back = await freePort()
const file = path.join(home, 'footplate.yml')
const env = { ...process.env, FOOTPLATE_HOME: path.join(home, 'h'), FOOTPLATE_USER_SWITCHING: 'off' }
const footplate = (...words) => execFileSync(command, words, { cwd: home, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const reload = () => JSON.parse(footplate('reload', '--json'))
const daemon = () => Number(fs.readFileSync(path.join(home, 'h', 'daemon.pid'), 'utf8'))
const rss = () => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${daemon()}/status`, 'utf8'))[1]) / 1024
const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

fs.mkdirSync(path.join(home, 'shop'))
fs.copyFileSync(path.join(here, 'load', 'shop.js'), path.join(home, 'shop', 'app.js'))
fs.writeFileSync(path.join(home, 'shop', 'build.json'), '{"release":1}')

/** One app for every host, and so many hosts beside it that another server has; each number is another file. */
function write(number, hosts) {
  const routes = Array.from({ length: hosts }, (_, i) => `  - { host: h${i}-${number}.example, to: other }`)
  fs.writeFileSync(file, `listen: "127.0.0.1:${port}"
apps:
  shop: { root: shop, instances: 2, env: { START_MS: "100" } }
  back: { root: shop, instances: 1, listen: "127.0.0.1:${back}" }
upstreams:
  other: { balance: least_conn, servers: [ "127.0.0.1:${back}", { address: "127.0.0.1:1", weight: ${1 + (number % 5)} } ] }
routes:
  - { path: "/only/${number}", to: shop }
${routes.join('\n')}
  - { to: shop }
`)
}

/** Microseconds of a request on a kept connection, at the median of many. */
async function answerTime(host) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const took = []
  for (let i = 0; i < 1_500; i++) {
    const began = now()
    await new Promise((done, failed) => http.get({ port, host: '127.0.0.1', path: '/up', agent, headers: { host } }, answer => {
      answer.resume()
      answer.on('end', done)
    }).on('error', failed))
    if (i >= 500) took.push((now() - began) * 1_000)
  }
  agent.destroy()
  return Math.round(median(took))
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`)
try {
  write(0, 3)
  footplate('start')
  const load = fork(path.join(here, 'load', 'steady.mjs'), [String(port), String(RATE)])
  await sleep(WARM_UP)
  const pids = new Set()
  const took = []
  const memory = []
  for (let number = 1; number <= times; number++) {
    write(number, 3)
    took.push(reload().tookMs)
    if (number % Math.ceil(times / 5) === 0 || number === 1) memory.push(Math.round(rss()))
    pids.add((await get(port, `/only/${number}`)).pid)
    await sleep(200)
  }
  const counted = await new Promise(done => { load.on('message', done); load.send('end') })
  const failed = counted.requests.filter(([, , status]) => status !== 200)
  console.log(`\n${times} reloads at ${RATE} requests/s, 10 idle connections and 50 WebSockets beside them\n`)
  row('what', 'figure', 'goal')
  row('---', '---', '---')
  row('requests', counted.requests.length, '')
  row('… failed', failed.length + (failed.length ? ` (${JSON.stringify(failed[0])})` : ''), 0)
  row('idle connections cut', counted.cuts.length, 0)
  row('WebSockets cut', counted.sockets.length, 0)
  row('a reload, command line included, median (worst)', `${median(took)} ms (${Math.max(...took)} ms)`, '')
  row('processes that answered', pids.size, '2')
  row('daemon, resident MB at the first reload, then at each fifth of them', memory.join(', '), 'flat')

  write(0, 10)
  reload()
  const few = await answerTime('h5-0.example')
  write(1, MANY)
  const first = reload().tookMs
  const many = await answerTime('h5000-1.example')
  const again = []
  for (let number = 2; number < 7; number++) {
    write(number, MANY)
    again.push(reload().tookMs)
  }
  console.log(`\n${MANY} hosts\n`)
  row('what', 'figure', 'goal')
  row('---', '---', '---')
  row('reload, the first', `${first} ms`, '≤ 1,000 ms')
  row('reload, each with 10,000 other hosts, median (worst) of 5', `${median(again)} ms (${Math.max(...again)} ms)`, '≤ 1,000 ms')
  row('request on a kept connection, two hops: with 10 hosts, with 10,000', `${few} µs, ${many} µs`, 'unchanged')
  row('daemon, resident', `${Math.round(rss())} MB`, '')
} finally {
  const pid = daemon()
  try { footplate('kill') } catch (failure) { process.stderr.write(`${failure.stderr ?? failure}\n`) }
  await until('the daemon leaves', () => !runs(pid))
  fs.rmSync(home, { recursive: true, force: true })
}
