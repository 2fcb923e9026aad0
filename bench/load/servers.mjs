// The servers that are compared, each set up well: started here, on 127.0.0.1 and free ports only, and ended by their process ID.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sleep, tree } from './measure.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
export const footplateCommand = path.join(here, '..', '..', 'footplate')
const pm2Modules = path.join(here, '..', 'target', 'peers', 'node_modules')
const pm2Command = path.join(pm2Modules, '.bin', 'pm2')
export const pm2Version = () => JSON.parse(fs.readFileSync(path.join(pm2Modules, 'pm2', 'package.json'), 'utf8')).version

/** Everything that a run writes; others than root's children must be able to go in. */
export const home = fs.mkdtempSync(path.join(os.tmpdir(), 'fp-bench-'))
fs.chmodSync(home, 0o755)
const children = new Set()
const cleanUps = []
let names = 0

const folder = name => {
  const made = path.join(home, `${name}-${++names}`)
  fs.mkdirSync(made)
  return made
}

/** Ends everything that was started, the newest first; may be called more than once. */
export function endAll() {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    try { cleanUp() } catch { /* what is gone need not be ended */ }
  }
  for (const child of children) {
    try {
      // A killed nginx would leave its workers behind.
      for (const pid of tree(child.pid)) process.kill(pid, 'SIGKILL')
    } catch { /* as above */ }
  }
  fs.rmSync(home, { recursive: true, force: true })
}
process.on('exit', endAll)
for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) process.on(signal, () => process.exit(128 + number))

/** In a session of its own, as services are: the kernel shares out its processors to sessions first (sched(7), autogroup). */
function start(command, words, options = {}) {
  const log = fs.openSync(path.join(home, `${path.basename(command)}-${++names}.log`), 'w+')
  const child = spawn(command, words, { stdio: ['ignore', log, log], detached: true, ...options })
  if (child.pid) children.add(child)
  child.on('exit', () => children.delete(child))
  child.on('error', failure => { child.failure = failure })
  child.log = () => fs.readFileSync(log, { encoding: 'utf8' }) || fs.readFileSync(`/proc/self/fd/${log}`, 'utf8')
  return child
}

/** Runs a command of sh again and again until the end. */
export function beside(command) {
  start('sh', ['-c', `while :; do ${command}; done`])
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(done => child.once('exit', done))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(late)
}

export function freePort() {
  return new Promise(done => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

const accepts = address => new Promise(done => {
  const socket = net.connect(address)
  socket.on('connect', () => { socket.destroy(); done(true) })
  socket.on('error', () => done(false))
})

async function up(child, name, address) {
  for (let tries = 0; tries < 2_000; tries++) {
    if (child.failure || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${name} did not start: ${child.failure ?? child.log()}`)
    }
    if (await accepts(address)) return
    await sleep(10)
  }
  throw new Error(`${name} does not answer: ${child.log()}`)
}

function server(name, child, port) {
  return { name, port, pids: () => tree(child.pid), stop: () => end(child) }
}

// nginx

async function nginxWith(name, workers, http, address) {
  const prefix = folder('nginx')
  const file = path.join(prefix, 'nginx.conf')
  // Without the two keepalive_requests it closes a connection after a thousand.
  fs.writeFileSync(file, `
${process.getuid() === 0 ? 'user root;' : ''}
worker_processes ${workers};
worker_rlimit_nofile 20000;
daemon off;
pid ${prefix}/pid;
error_log stderr error;
events { worker_connections 16384; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_max_body_size 64m;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${prefix}/${kind};`).join('\n  ')}
${http}
}
`)
  const child = start('nginx', ['-p', prefix, '-c', file, '-e', 'stderr'])
  await up(child, name, address)
  return child
}

export async function nginxProxy(upstreams, workers) {
  const port = await freePort()
  const child = await nginxWith('nginx', workers, `
  upstream apps {
    ${upstreams.map(address => `server ${address};`).join(' ')}
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://apps;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
  }`, { host: '127.0.0.1', port })
  return server('nginx', child, port)
}

export async function nginxFiles(root, workers, cached) {
  const port = await freePort()
  const child = await nginxWith('nginx', workers, `
  ${cached ? 'open_file_cache max=1000 inactive=60s; open_file_cache_valid 30s; open_file_cache_min_uses 1;' : ''}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${root};
  }`, { host: '127.0.0.1', port })
  return server(cached ? 'nginx with open_file_cache' : 'nginx', child, port)
}

/** What all proxies have behind them: answers that cost next to nothing, on a Unix socket and on TCP. */
export async function upstream() {
  const root = folder('upstream')
  fs.chmodSync(root, 0o755)
  fs.writeFileSync(path.join(root, 'large'), Buffer.alloc(1 << 20, 'x'))
  const socket = path.join(root, 'socket')
  const port = await freePort()
  const child = await nginxWith('the upstream', 1, `
  keepalive_timeout 600s;
  server {
    listen unix:${socket};
    listen 127.0.0.1:${port} backlog=4096;
    location / { default_type text/plain; return 200 "Hello from the app.\\n"; }
    location /large { root ${root}; }
  }`, { path: socket })
  const sink = path.join(root, 'sink')
  const reader = start(process.execPath, [path.join(here, 'sink.mjs'), sink])
  await up(reader, 'the upstream for uploads', { path: sink })
  return { unix: `unix:${socket}`, tcp: `127.0.0.1:${port}`, sink: `unix:${sink}`, stop: async () => { await end(child); await end(reader) } }
}

// HAProxy

export async function haproxy(address, threads) {
  const port = await freePort()
  const prefix = folder('haproxy')
  const file = path.join(prefix, 'haproxy.cfg')
  fs.writeFileSync(file, `
global
  nbthread ${threads}
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 75s
  http-reuse always
listen bench
  bind 127.0.0.1:${port} backlog 4096
  server app ${address.startsWith('unix:') ? `unix@${address.slice(5)}` : address}
`)
  const child = start('haproxy', ['-db', '-f', file])
  await up(child, 'HAProxy', { host: '127.0.0.1', port })
  return server('HAProxy', child, port)
}

// Footplate

/** A folder of its own: a daemon that runs on this machine is left alone. */
function footplateHome() {
  const environment = { ...process.env, FOOTPLATE_HOME: folder('footplate'), FOOTPLATE_USER_SWITCHING: 'off' }
  const call = (...words) => {
    const result = spawnSync(footplateCommand, words, { env: environment, encoding: 'utf8', timeout: 60_000 })
    if (result.status !== 0) throw new Error(`footplate ${words.join(' ')}: ${result.status}\n${result.stdout}${result.stderr}`)
    return result.stdout
  }
  return { environment, call }
}

/** In the foreground: the launcher becomes the JVM, so the child is the server itself. */
async function footplateWith(words) {
  const port = await freePort()
  const { environment } = footplateHome()
  const child = start(footplateCommand, [...words, '--port', String(port)], { env: environment })
  await up(child, `footplate ${words.join(' ')}`, { host: '127.0.0.1', port })
  return { ...server('Footplate', child, port), pid: child.pid }
}

/** With further flags, and what to call it with them. */
export const footplateProxy = async (address, workers, flags = [], name = 'Footplate') =>
  ({ ...await footplateWith(['proxy', '--to', address, '--workers', String(workers), ...flags]), name })
export const footplateFiles = (root, workers) => footplateWith(['serve', root, '--workers', String(workers)])

/** Bytes that the JVM has allocated on its event loops so far, as its thread listing says. */
export function allocated(pid) {
  const java = fs.readlinkSync(`/proc/${pid}/exe`)
  const result = spawnSync(path.join(path.dirname(java), 'jcmd'), [String(pid), 'Thread.print', '-e'], { encoding: 'utf8', timeout: 20_000 })
  if (result.status !== 0) throw new Error(`jcmd: ${result.stdout}${result.stderr}`)
  const units = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
  let bytes = 0
  for (const [, count, unit] of result.stdout.matchAll(/^"footplate-loop[^\n]* allocated=(\d+)([BKMG])/gm)) bytes += Number(count) * units[unit]
  if (!bytes) throw new Error('no event loop is in the list of threads')
  return bytes
}

// Node apps, each with two processes

export async function nodeOnFootplate(app, environment) {
  const port = await freePort()
  const { environment: own, call } = footplateHome()
  Object.assign(own, environment)
  const kill = () => call('kill')
  cleanUps.push(kill)
  call('start', app, '--name', 'bench', '--port', String(port), '--min', '2', '--max', '2')
  return { name: 'Footplate', port, pids: () => tree(Number(fs.readFileSync(path.join(own.FOOTPLATE_HOME, 'daemon.pid'), 'utf8'))),
    stop: async () => { cleanUps.splice(cleanUps.indexOf(kill), 1); kill() } }
}

export async function nodeBehindNginx(app, environment) {
  const nodes = []
  for (let i = 0; i < 2; i++) {
    const port = await freePort()
    const child = start(process.execPath, [app], { env: { ...process.env, ...environment, PORT: String(port) } })
    await up(child, 'node', { host: '127.0.0.1', port })
    nodes.push({ child, address: `127.0.0.1:${port}` })
  }
  const front = await nginxProxy(nodes.map(node => node.address), 2)
  return { ...front, name: 'nginx and two node processes', stop: async () => { await front.stop(); for (const node of nodes) await end(node.child) } }
}

export async function nodeOnPm2(app, environment) {
  const port = await freePort()
  const own = { ...process.env, ...environment, PM2_HOME: folder('pm2'), PORT: String(port) }
  const call = (...words) => {
    const result = spawnSync(pm2Command, words, { env: own, encoding: 'utf8', timeout: 60_000 })
    if (result.status !== 0) throw new Error(`pm2 ${words.join(' ')}: ${result.stdout}${result.stderr}`)
  }
  const kill = () => call('kill')
  cleanUps.push(kill)
  call('start', app, '--name', 'bench', '-i', '2')
  for (let tries = 0; !(await accepts({ host: '127.0.0.1', port })); tries++) {
    if (tries > 1_000) throw new Error('pm2: nothing answers')
    await sleep(10)
  }
  return { name: 'pm2 cluster', port, pids: () => [], stop: async () => { cleanUps.splice(cleanUps.indexOf(kill), 1); kill() } }
}
