// Who is compared in ./run nothing-dropped: each runs shop.js from a folder, on a free port of 127.0.0.1, with a home of its own, and is ended with all that it started.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const footplateCommand = path.join(here, '..', '..', 'footplate')
const pm2Modules = path.join(here, '..', 'target', 'peers', 'node_modules')
const pm2Command = path.join(pm2Modules, '.bin', 'pm2')

/** How long an app takes to start, besides Node itself. */
export const START_MS = 300
/** How long WebSockets of a process that leaves may go on. */
export const DRAIN_MS = 2_000
const APP = { START_MS: String(START_MS), DRAIN_MS: String(DRAIN_MS) }

export const sleep = ms => new Promise(done => setTimeout(done, ms))
export const now = () => Number(process.hrtime.bigint()) / 1e6
export const runs = pid => {
  // A zombie has ended; its parent has not looked yet.
  try { return !/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) } catch { return false }
}

export async function until(what, holds, seconds = 60) {
  for (const end = now() + seconds * 1_000; now() < end; await sleep(50)) if (await holds()) return
  throw new Error(`after ${seconds} s: ${what} has not come about`)
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'fp-bench-'))
fs.chmodSync(home, 0o755)
let folders = 0
const folder = name => {
  const made = path.join(home, `${name}-${++folders}`)
  fs.mkdirSync(made, { mode: 0o755 })
  return made
}
export const clean = () => fs.rmSync(home, { recursive: true, force: true })

export function freePort() {
  return new Promise(done => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

export function get(port, target = '/') {
  return new Promise(done => {
    const request = http.get({ host: '127.0.0.1', port, path: target, agent: false, timeout: 10_000 }, answer => {
      answer.resume()
      answer.on('end', () => done({ status: answer.statusCode, pid: Number(answer.headers['x-pid']), release: Number(answer.headers['x-release']) }))
      answer.on('error', () => done({ status: 0 }))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => done({ status: 0 }))
  })
}

/** Runs a command to its end; says how it ended and when. */
function command(file, words, env) {
  return new Promise((done, failed) => {
    const began = now()
    const child = spawn(file, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { out += data })
    const late = setTimeout(() => child.kill('SIGKILL'), 120_000)
    child.on('error', failed)
    // A daemon that it left behind may hold its output: its exit is the end.
    child.on('exit', code => { clearTimeout(late); setImmediate(() => done({ code, out, began, ended: now() })) })
  })
}

async function fine(asked) {
  const result = await asked
  if (result.code !== 0) throw new Error(`exit code ${result.code}: ${result.out}`)
  return result
}

/** Makes a folder what a release is to be. */
function build(root, release, fault) {
  fs.copyFileSync(path.join(here, 'shop.js'), path.join(root, 'app.js'))
  fs.writeFileSync(path.join(root, 'build.json'), JSON.stringify({ release, fault }))
  fs.mkdirSync(path.join(root, 'tmp'), { recursive: true })
}

function touch(root) {
  const file = path.join(root, 'tmp', 'restart.txt')
  fs.writeFileSync(file, '')
  fs.utimesSync(file, new Date(), new Date())
}

/** From the start of `node app.js` to its first answer, the median of five: what a crash of an app's only process costs at the least. */
export async function startTime() {
  const root = folder('alone')
  build(root, 1)
  const times = []
  for (let i = 0; i < 5; i++) {
    const port = await freePort()
    const began = now()
    const child = spawn(process.execPath, [path.join(root, 'app.js')], { env: { ...process.env, ...APP, PORT: String(port) }, stdio: 'ignore' })
    while ((await get(port)).status !== 200) await sleep(1)
    times.push(now() - began)
    const gone = new Promise(done => child.once('exit', done))
    child.kill('SIGKILL')
    await gone
  }
  return times.sort((a, b) => a - b)[2]
}

class Contestant {
  constructor(name, processes) {
    this.name = name
    this.processes = processes
    this.root = folder('shop')
    this.release = 1
    build(this.root, 1)
  }

  /** The next release, in the app's own folder. */
  next(fault) {
    build(this.root, ++this.release, fault)
    return this.release
  }

  touch() { touch(this.root) }

  async answers() {
    await until(`${this.name}: an answer`, async () => (await get(this.port)).status === 200)
  }
}

export class Footplate extends Contestant {
  /** Begun with a deploy: what is deployed later changes nothing that it runs from. */
  static deployed(processes, words) { return Footplate.begin(processes, ['deploy', 'shop'], words) }

  /** Run from its own folder. */
  static start(processes, words = []) { return Footplate.begin(processes, ['start', '--name', 'shop'], words) }

  static async begin(processes, verb, words) {
    const it = new Footplate('Footplate', processes)
    it.home = folder('footplate')
    it.env = { ...process.env, ...APP, FOOTPLATE_HOME: it.home }
    it.port = await freePort()
    it.daemons = new Set()
    await fine(it.call(...verb, it.root, '--port', String(it.port), '--min', String(processes), '--max', String(processes),
      '--drain', `${DRAIN_MS}ms`, '--max-queue', '5000', ...words))
    return it
  }

  static async help(name) { return (await command(footplateCommand, ['help', name], process.env)).out }

  static async version() { return (await fine(command(footplateCommand, ['version'], process.env))).out.trim() }

  call(...words) { return command(footplateCommand, words, this.env) }

  deploy(fault, ...words) {
    this.next(fault)
    return this.call('deploy', 'shop', this.root, ...words)
  }

  daemon() {
    const pid = Number(fs.readFileSync(path.join(this.home, 'daemon.pid'), 'utf8'))
    this.daemons.add(pid)
    return pid
  }

  log() { return fs.readFileSync(path.join(this.home, 'daemon.log'), 'utf8') }

  async list() {
    const { out } = await fine(this.call('list', '--json'))
    // Where it woke a daemon it has told so before.
    return JSON.parse(/^\[.*\]$/m.exec(out)[0])
  }

  async pids() { return (await this.list()).map(instance => instance.pid) }

  /** As many processes as there are to be, all running, none on its way in or out. */
  async quiet() {
    let all
    await until('quiet', async () => {
      all = await this.list()
      return all.length === this.processes && all.every(instance => instance.state === 'running') || sleep(250)
    }).catch(late => { throw new Error(`${late.message}: ${JSON.stringify(all)}`) })
  }

  async stop() {
    const pids = await this.pids().catch(() => [])
    this.daemon()
    await this.call('kill')
    for (const pid of [...this.daemons, ...pids]) if (runs(pid)) process.kill(pid, 'SIGKILL')
  }
}

export class Pm2 extends Contestant {
  static version() { return JSON.parse(fs.readFileSync(path.join(pm2Modules, 'pm2', 'package.json'), 'utf8')).version }

  /** Set up well: cluster mode, ready when the app says so, and time to drain. */
  static async start(processes) {
    const it = new Pm2('pm2', processes)
    it.home = folder('pm2')
    it.port = await freePort()
    it.env = { ...process.env, ...APP, PM2_HOME: it.home, PORT: String(it.port) }
    it.seen = new Set()
    await fine(it.call('start', path.join(it.root, 'app.js'), '--name', 'shop', '-i', String(processes), '--wait-ready', '--listen-timeout', '3000',
      '--kill-timeout', String(DRAIN_MS + 2_000)))
    await it.answers()
    await fine(it.call('save'))
    return it
  }

  call(...words) { return command(pm2Command, words, this.env) }

  reload(fault) {
    this.next(fault)
    return this.call('reload', 'shop')
  }

  daemon() { return Number(fs.readFileSync(path.join(this.home, 'pm2.pid'), 'utf8')) }

  async list() {
    const { out } = await fine(this.call('jlist'))
    const all = JSON.parse(out.slice(out.indexOf('[{'))).map(app => ({ pid: app.pid, state: app.pm2_env.status }))
    for (const { pid } of all) if (pid) this.seen.add(pid)
    return all
  }

  async pids() { return (await this.list()).map(instance => instance.pid) }

  async quiet() {
    await until('pm2: quiet', async () => {
      const all = await this.list()
      return all.length === this.processes && all.every(instance => instance.state === 'online') || sleep(250)
    })
  }

  async stop() {
    await this.pids().catch(() => {})
    this.seen.add(this.daemon())
    await this.call('kill')
    for (const pid of this.seen) if (runs(pid)) process.kill(pid, 'SIGKILL')
  }
}

export class Passenger extends Contestant {
  static installed() { return fs.existsSync('/usr/bin/passenger') && fs.existsSync('/usr/lib/passenger/support-binaries/PassengerAgent') }

  static version() { return execFileSync('passenger', ['--version'], { encoding: 'utf8' }).trim() }

  static async start(processes) {
    const it = new Passenger('Passenger', processes)
    it.home = folder('passenger')
    it.port = await freePort()
    it.env = { ...process.env, ...APP }
    await fine(it.call('start', it.root, '--daemonize', '--app-type', 'node', '--startup-file', path.join(it.root, 'app.js'), '-a', '127.0.0.1', '-p', String(it.port), '--engine', 'builtin',
      '--environment', 'production', '--min-instances', String(processes), '--max-pool-size', String(processes), '--max-request-queue-size', '5000',
      '--force-max-concurrent-requests-per-process', '0', '--disable-security-update-check', '--no-friendly-error-pages', '--start-timeout', '10',
      '--pid-file', path.join(it.home, 'pid'), '--log-file', path.join(it.home, 'log'), '--instance-registry-dir', it.home))
    await it.answers()
    await it.quiet()
    return it
  }

  call(...words) { return command('passenger', words, this.env) }

  /** The app's processes: children of the core, which is one of the watchdog. */
  pids() {
    const log = fs.readFileSync(path.join(this.home, 'log'), 'utf8')
    const core = Number(/.*Passenger core online, PID (\d+)/s.exec(log)?.[1] ?? 0)
    this.core = core
    if (!runs(core)) return []
    const children = fs.readdirSync(`/proc/${core}/task`).map(task => fs.readFileSync(`/proc/${core}/task/${task}/children`, 'utf8')).join(' ')
    return children.split(' ').filter(pid => pid.trim() && runs(Number(pid))).map(Number)
  }

  async quiet() { await until('Passenger: quiet', () => this.pids().length === this.processes) }

  async stop() {
    const pids = this.pids()
    await this.call('stop', '--pid-file', path.join(this.home, 'pid'))
    for (const pid of pids) if (runs(pid)) process.kill(pid, 'SIGKILL')
  }
}
