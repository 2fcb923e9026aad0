'use strict'
// What makes an unmodified Node app run behind Footplate. Every Node process of an app loads this file before the app's own code
// (NODE_OPTIONS=--require=…): the app, `npm start`, cluster workers, worker threads, helpers. It does three things:
//
//  1. The first HTTP server of the process tree that listens on a TCP port listens on the Unix socket FOOTPLATE_SOCKET instead, and
//     notices nothing: address(), 'listening', close(), remoteAddress and EADDRINUSE are as they would be on the port it asked for.
//  2. It reports to the daemon over the Unix socket FOOTPLATE_CHANNEL, one JSON object per line: hello, listening, closed,
//     also-listening, ready, message, stats, error. The daemon answers with {"message": …}, which becomes process.on('message').
//  3. It offers process.send() where there is no real IPC channel, so that process.send('ready') works as under other managers.
//
// Two promises: it never breaks an app (what fails in here is given up in silence, the app goes on), and it never keeps a process alive
// (every handle is unref'd, and every write is a non-blocking one of our own). So process.on('message') alone does not keep an app alive,
// which a real IPC channel would: an app that wants to stay has a server or a timer.
//
// Which listen() is moved: a server of http, https or http2 that asks for a port from 1 to 65535, or any other server of net or tls that
// asks for exactly $PORT; the first one of the tree that does so wins. listen(0), paths, descriptors and handles stay as they are, and so
// does a second port. An https or http2 server that was moved speaks plain HTTP/1.1 on the socket (TLS ends in the proxy) and its
// sockets say encrypted = true, because the app's own view is that it serves https.
//
// One file, long as it is: it is put on disk in one atomic step, and Node reads it in one.

const net = require('net')
const fs = require('fs')
const path = require('path')
const { errorMonitor } = require('events')
const { isMainThread, threadId } = require('worker_threads')

// Kept from before the app could replace them (fake timers, mocked file systems).
const { readFileSync, readdirSync, readlinkSync, renameSync, symlinkSync, writeSync, unlinkSync, chmodSync } = fs
const { setTimeout, setInterval } = globalThis
const { nextTick, kill } = process
const { stringify, parse } = JSON

const SOCKET = process.env.FOOTPLATE_SOCKET || ''
const CHANNEL = process.env.FOOTPLATE_CHANNEL || ''
const RUN = process.env.FOOTPLATE_RUN || ''
const PORT = Number(process.env.PORT)

/** Longest line written or read on the channel, in bytes; the daemon closes a connection that sends a longer one. */
const LONGEST_LINE = 64 * 1024
/** Bytes kept while the daemon does not read; beyond them the connection is given up and made anew. */
const MOST_UNSENT = 256 * 1024
const STATS_EVERY_SECONDS = 5

/** Runs one piece of ours; whatever goes wrong in it is not the app's trouble. */
function guarded(work) {
  try {
    return work()
  } catch {
    return undefined
  }
}

// ---------------------------------------------------------------------------------------------------------------- the channel

const channel = {
  socket: null,
  /** Whether the daemon has heard hello on this connection. */
  greeted: false,
  /** The end of a line that the daemon's full buffer did not take. */
  rest: Buffer.alloc(0),
  /** Messages of the app that wait for a connection; at most 64. */
  waiting: [],
  backoff: 50,
}

/** What the daemon must know of this process, told again after each reconnection. */
const known = { listening: new Map(), also: new Map(), ready: false }

/** Opens the channel. On a Unix socket connect() is done at once, so hello can be written before the app's first line runs. */
function connect() {
  if (!CHANNEL || channel.socket) return
  const socket = net.connect({ path: CHANNEL })
  channel.socket = socket
  socket.unref()
  let text = ''
  socket.setEncoding('utf8')
  socket.on('connect', () => guarded(() => greet()))
  socket.on('data', chunk => {
    text += chunk
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end)
      text = text.slice(end + 1)
      receive(line)
    }
    if (text.length > LONGEST_LINE) socket.destroy()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    channel.socket = null
    channel.greeted = false
    channel.rest = Buffer.alloc(0)
    setTimeout(() => guarded(connect), channel.backoff).unref()
    channel.backoff = Math.min(channel.backoff * 2, 1000)
  })
  greet()
}

function greet() {
  if (channel.greeted) return
  const hello = {
    event: 'hello',
    node: process.version,
    ppid: process.ppid,
    script: process.argv[1],
    main: isApp,
  }
  if (!isMainThread) hello.thread = threadId
  if (!write(hello)) return
  channel.greeted = true
  channel.backoff = 50
  for (const event of known.listening.values()) write(event)
  for (const event of known.also.values()) write(event)
  if (known.ready) write({ event: 'ready' })
  for (const event of channel.waiting.splice(0)) write(event)
}

/** Says an event to the daemon, if it can be reached. */
function report(event) {
  guarded(() => {
    if (!channel.socket) connect()
    else write(event)
  })
}

/**
 * Writes one line at once, without a request of the event loop (which would keep the process alive if the daemon stopped reading).
 * Answers whether the line was taken.
 */
function write(event) {
  const line = Buffer.from(stringify({ run: RUN, pid: process.pid, ...event }) + '\n')
  if (line.length > LONGEST_LINE) return false
  const handle = channel.socket && !channel.socket.destroyed && channel.socket._handle
  if (!handle || !(handle.fd >= 0)) return false
  let bytes = channel.rest.length > 0 ? Buffer.concat([channel.rest, line]) : line
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(handle.fd, bytes))
  } catch (failure) {
    if (failure.code !== 'EAGAIN') return false
  }
  channel.rest = Buffer.from(bytes)
  if (channel.rest.length > MOST_UNSENT) channel.socket.destroy()
  return true
}

function receive(line) {
  const said = guarded(() => parse(line))
  if (said && typeof said === 'object' && 'message' in said) process.emit('message', said.message, undefined)
}

// --------------------------------------------------------------------------------------------- process.send, errors, statistics

// The first process of the run that is not a package manager is "the app": its children inherit the mark and are helpers.
const PACKAGE_MANAGERS = /^(npm|npx|npm-cli|npx-cli|yarn|yarnpkg|pnpm|pnpx|corepack)(\.c?js)?$/
const isPackageManager = PACKAGE_MANAGERS.test(path.basename(process.argv[1] || ''))
const isApp = isMainThread && !isPackageManager && !process.env.FOOTPLATE_APP_PID

function offerSend() {
  if (typeof process.send === 'function') return
  process.connected = true
  process.send = function send(message, ...others) {
    const done = others.find(other => typeof other === 'function')
    if (!process.connected) {
      const failure = Object.assign(new Error('Channel closed'), { code: 'ERR_IPC_CHANNEL_CLOSED' })
      if (done) nextTick(done, failure)
      else nextTick(() => process.emit('error', failure))
      return false
    }
    const event = message === 'ready' ? { event: 'ready' } : { event: 'message', data: message }
    if (message === 'ready') known.ready = true
    guarded(() => {
      if (channel.greeted) write(event)
      else if (message !== 'ready' && channel.waiting.length < 64) channel.waiting.push(event)
    })
    if (done) nextTick(done, null)
    return true
  }
  process.disconnect = function disconnect() {
    if (!process.connected) return
    process.connected = false
    nextTick(() => process.emit('disconnect'))
  }
}

/** Tells of an exception on its way to ending the process, in the last moment there is. */
function tellLastError(error) {
  guarded(() => {
    connect()
    const thrown = error !== null && typeof error === 'object' ? error : { message: String(error) }
    write({
      event: 'error',
      name: String(thrown.name || 'Error').slice(0, 200),
      message: String(thrown.message).slice(0, 8000),
      stack: String(thrown.stack || '').slice(0, 16000),
      code: thrown.code === undefined ? undefined : String(thrown.code).slice(0, 200),
      handled: process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback(),
    })
  })
}

/** How late a one-second timer was at worst, and the heap in use: one wake-up per second, two microseconds each. */
function reportStats() {
  const { getHeapStatistics } = require('v8')
  const now = () => Number(process.hrtime.bigint() / 1000n) / 1000
  let expected = now() + 1000
  let worst = 0
  let ticks = 0
  setInterval(() => {
    const at = now()
    worst = Math.max(worst, at - expected)
    expected = at + 1000
    if (++ticks % STATS_EVERY_SECONDS !== 0) return
    report({ event: 'stats', lag: Math.round(worst * 10) / 10, heap: guarded(() => getHeapStatistics().used_heap_size) })
    worst = 0
  }, 1000).unref()
}

// ------------------------------------------------------------------------------------------------------------------- the claim
// Which process of the tree may have the socket: the one named in the newest SOCKET.claim.N. A claim is a symbolic link whose target is
// its text, because symlink(2) writes both at once and fails if the name exists: of two that try one wins. A claim whose process is dead
// is never removed to make room (another could have renewed it meanwhile); it is followed by N+1. The workers of a cluster claim in their
// primary's name.

const CLAIM = /\.claim\.(\d+)$/

function startTimeOf(pid) {
  return guarded(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] // field 22 of proc(5), counted after the name
  })
}

const isClusterWorker = () => isMainThread && require('cluster').isWorker

function me() {
  const worker = isClusterWorker()
  const pid = worker ? process.ppid : process.pid
  return { who: worker ? `cluster of ${pid}` : `${pid}.${threadId}`, pid, since: startTimeOf(pid) }
}

function isAlive(holder) {
  try {
    kill.call(process, holder.pid, 0)
  } catch (failure) {
    if (failure.code === 'ESRCH') return false
  }
  const since = startTimeOf(holder.pid)
  return since === undefined || holder.since === undefined || since === holder.since
}

function newestClaim() {
  const directory = path.dirname(SOCKET)
  let newest = null
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(path.basename(SOCKET) + '.claim.')) continue
    const found = CLAIM.exec(name)
    if (found && (!newest || Number(found[1]) > newest.number)) newest = { number: Number(found[1]), file: path.join(directory, name) }
  }
  return newest
}

/** Claims the socket for an asked port. Answers the holder: ours (`mine`), or another's. */
function claim(asked) {
  const self = me()
  for (let attempt = 0; attempt < 50; attempt++) {
    const newest = newestClaim()
    const holder = newest && guarded(() => parse(readlinkSync(newest.file)))
    if (newest && !holder) continue // removed between the two looks
    if (holder && isAlive(holder)) return { ...holder, mine: holder.who === self.who, file: newest.file }
    const number = newest ? newest.number + 1 : 1
    const file = `${SOCKET}.claim.${number}`
    try {
      symlinkSync(stringify({ ...self, port: asked.port, host: asked.host, ipv6Only: asked.ipv6Only }), file)
    } catch (failure) {
      if (failure.code !== 'EEXIST') return null
      continue
    }
    if (newestClaim().number !== number) {
      guarded(() => unlinkSync(file)) // somebody was two steps ahead
      continue
    }
    if (newest) guarded(() => unlinkSync(newest.file))
    return { ...self, ...asked, mine: true, file }
  }
  return null
}

// ------------------------------------------------------------------------------------------------------------------ the servers

/** The servers of this thread that were moved: server -> { port, host, ipv6Only, address, family, … }. */
const moved = new Map()
let aliases = 0
let nextRemotePort = 1024

/** What listen(…) asks for, or null where it is not a plain TCP port; follows the argument rules of net.Server.listen. */
function askedBy(args) {
  const first = args[0]
  const object = typeof first === 'object' && first !== null
  if (object && (first._handle || first.handle || (typeof first.fd === 'number' && first.fd >= 0))) return null
  const port = object ? first.port : first
  if (typeof port !== 'number' && !(typeof port === 'string' && port.trim() !== '')) return null
  const number = Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65535) return null
  const host = (object ? first.host : args[1]) || ''
  const last = args[args.length - 1]
  return {
    port: number,
    host: typeof host === 'string' ? host : '',
    ipv6Only: object && first.ipv6Only === true,
    backlog: object ? first.backlog : args.slice(1, 3).find(arg => typeof arg === 'number'),
    signal: object ? first.signal : undefined,
    listener: typeof last === 'function' ? last : undefined,
  }
}

function kindOf(server) {
  if (server instanceof require('http').Server) return 'http'
  for (let type = server.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    if (type.name === 'Http2SecureServer' || type.name === 'Http2Server') return 'http2'
  }
  if (!isTls(server)) return 'tcp'
  return server instanceof require('https').Server ? 'https' : 'tls'
}

function mayMove(server, asked, kind) {
  if (!SOCKET || server._handle || server.listening) return false
  if (kind === 'http' || kind === 'https') return true
  if (kind === 'http2') return server.listenerCount('request') > 0 // one that only has 'stream' cannot speak HTTP/1.1
  // A cluster's primary listens for its workers with a plain server, after a worker has already decided.
  const cluster = require('cluster')
  if (!cluster.isWorker && Object.keys(cluster.workers || {}).length > 0) return false
  return asked.port === PORT
}

const addressOf = host => (host === '' ? '::' : net.isIP(host) ? host : '127.0.0.1')

/** Whether the kernel would refuse to have both of these on one port. */
function collide(a, b) {
  const [one, other] = [addressOf(a.host), addressOf(b.host)]
  const covers = (wide, ipv6Only, address) =>
    wide === address || (wide === '::' && (!ipv6Only || net.isIPv6(address))) || (wide === '0.0.0.0' && net.isIPv4(address))
  return covers(one, a.ipv6Only, other) || covers(other, b.ipv6Only, one)
}

/** Decides about one listen(): null (leave it), or { act: 'move' | 'alias' | 'refuse', asked, … }. */
function decide(server, args) {
  const asked = askedBy(args)
  if (!asked) return null
  const kind = kindOf(server)
  if (!mayMove(server, asked, kind)) return null
  const replaced = decoderOf(kind, server)
  if (replaced === undefined) return null
  const mine = [...moved.values()].filter(entry => entry.port === asked.port)
  const holder = claim(asked)
  if (!holder || holder.port !== asked.port) return null
  const rivals = holder.mine ? mine : [holder]
  if (rivals.some(rival => collide(rival, asked))) return { act: 'refuse', asked }
  return { act: rivals.length > 0 ? 'alias' : 'move', asked, kind, holder, replaced }
}

const original = {
  listen: net.Server.prototype.listen,
  close: net.Server.prototype.close,
  address: net.Server.prototype.address,
}

function refuse(server, { asked }) {
  const address = addressOf(asked.host)
  const failure = Object.assign(new Error(`listen EADDRINUSE: address already in use ${address}:${asked.port}`), {
    code: 'EADDRINUSE',
    errno: -require('os').constants.errno.EADDRINUSE,
    syscall: 'listen',
    address,
    port: asked.port,
  })
  if (asked.listener) server.once('listening', asked.listener)
  nextTick(() => server.emit('error', failure))
  return server
}

/**
 * Listens on the socket in the place of the port; an alias (a second address of the same port) gets a socket nobody can find. The socket
 * is bound under a name of this claim and then renamed: rename(2) replaces what a killed process left in one step, where removing it
 * first could hit the socket that another worker of the same cluster has just bound.
 */
function move(server, { act, asked, kind, holder, replaced }) {
  const alias = act === 'alias'
  const file = alias ? `${SOCKET}.a${++aliases}` : `${SOCKET}.${CLAIM.exec(holder.file)[1]}`
  const address = addressOf(asked.host)
  const entry = { ...asked, address, family: net.isIPv6(address) ? 'IPv6' : 'IPv4', alias, claim: holder.file, undo: [] }
  if (alias) guarded(() => unlinkSync(file)) // left by a process that was killed
  moved.set(server, entry)
  dress(server, entry, kind, replaced)
  hear(server, entry, 'listening', () => {
    if (alias) return guarded(() => unlinkSync(file))
    guarded(() => {
      chmodSync(file, 0o600)
      renameSync(file, SOCKET)
    }) // another worker of the cluster may have done it
    known.listening.set(server, { event: 'listening', address: `unix:${SOCKET}`, asked: asked.port, host: asked.host, kind })
    report(known.listening.get(server))
  })
  hear(server, entry, errorMonitor, () => {
    if (!server.listening) release(server)
  })
  const options = { path: file, signal: asked.signal }
  if (asked.backlog !== undefined) options.backlog = asked.backlog
  return asked.listener ? original.listen.call(server, options, asked.listener) : original.listen.call(server, options)
}

/** Listens to an event before the app does, until the server is released. */
function hear(server, entry, event, listener) {
  server.prependListener(event, listener)
  entry.undo.push(() => server.removeListener(event, listener))
}

/** Node's own first reader of a server's connections that must not see them here: null if there is none, undefined if it can't be found. */
function decoderOf(kind, server) {
  if (kind === 'http' || kind === 'tcp') return null
  const name = isTls(server) ? 'tlsConnectionListener' : 'connectionListener'
  return server.listeners('connection').find(listener => listener.name === name)
}

/** Makes connections look as over TCP, and lets a TLS or HTTP/2 server take plain HTTP/1.1. */
function dress(server, entry, kind, replaced) {
  if (replaced) {
    server.removeListener('connection', replaced)
    entry.undo.push(() => server.prependListener('connection', replaced))
    const take = kind === 'http2' ? http1For(server, entry) : socket => server.emit('secureConnection', socket)
    const encrypted = isTls(server)
    hear(server, entry, 'connection', socket => {
      if (encrypted) pretendTls(socket)
      take(socket)
    })
  }
  hear(server, entry, 'connection', socket => guarded(() => pretendTcp(socket, entry)))
}

function isTls(server) {
  const tls = guarded(() => require('tls')) // a Node built without crypto has none
  return tls !== undefined && server instanceof tls.Server
}

/** An HTTP/1.1 engine that hands its requests to an http2 server's compatibility API. */
function http1For(server, entry) {
  const engine = require('http').createServer((request, response) => server.emit('request', request, response))
  engine.on('upgrade', (request, socket, head) => {
    if (!server.emit('upgrade', request, socket, head)) socket.destroy()
  })
  entry.undo.push(() => guarded(() => engine.closeIdleConnections()))
  return socket => engine.emit('connection', socket)
}

/** The peer is the proxy on this machine. Ports differ, as libraries that track connections use "address:port" as their key. */
function pretendTcp(socket, entry) {
  nextRemotePort = nextRemotePort >= 65535 ? 1024 : nextRemotePort + 1
  const ipv6 = entry.family === 'IPv6' && entry.address !== '::'
  const loopback = { address: ipv6 ? '::1' : '127.0.0.1', family: ipv6 ? 'IPv6' : 'IPv4' }
  const names = { remote: { ...loopback, port: nextRemotePort }, local: { ...loopback, port: entry.port } }
  socket._getpeername = () => names.remote
  socket._getsockname = () => names.local
  if (socket.remotePort === nextRemotePort) return
  for (const side of ['remote', 'local']) {
    for (const part of ['Address', 'Family', 'Port']) {
      Object.defineProperty(socket, side + part, { value: names[side][part.toLowerCase()], configurable: true })
    }
  }
}

/** What code that expects a TLS socket asks of it. */
function pretendTls(socket) {
  Object.assign(socket, {
    encrypted: true,
    authorized: false,
    alpnProtocol: false,
    getPeerCertificate: () => ({}),
    getCipher: () => ({}),
    getProtocol: () => null,
    getSession: () => undefined,
  })
}

/** Ends what was done to a server, when it closes or could not listen. */
function release(server) {
  const entry = moved.get(server)
  if (!entry) return
  moved.delete(server)
  for (const undo of entry.undo.splice(0)) guarded(undo)
  // A worker's claim is its primary's, and other workers go on.
  if (!entry.alias && !isClusterWorker()) giveBack(entry)
  if (known.listening.delete(server)) report({ event: 'closed', asked: entry.port })
}

/** Removes the socket file first, then the claim to it, after which another process may have both. */
function giveBack(entry) {
  guarded(() => unlinkSync(SOCKET))
  guarded(() => unlinkSync(entry.claim))
}

/** A listen that stays as it is: the daemon hears of the address, so that `list` can tell of it. */
function noteOther(server) {
  const listening = () =>
    guarded(() => {
      const at = original.address.call(server)
      if (!at || typeof at !== 'object' || isClusterWorker()) return
      const address = at.family === 'IPv6' || at.family === 6 ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`
      known.also.set(server, { event: 'also-listening', address })
      report(known.also.get(server))
      server.once('close', () => known.also.delete(server))
    })
  server.once('listening', listening)
}

function installServers() {
  net.Server.prototype.listen = function listen(...args) {
    const decision = guarded(() => decide(this, args)) || null
    if (decision && decision.act === 'refuse') return refuse(this, decision)
    if (decision) return move(this, decision)
    guarded(() => noteOther(this))
    return original.listen.apply(this, args)
  }
  net.Server.prototype.close = function close(...args) {
    const answer = original.close.apply(this, args)
    guarded(() => release(this))
    return answer
  }
  net.Server.prototype.address = function address() {
    const real = original.address.call(this)
    const entry = moved.get(this)
    if (entry && typeof real === 'string') return { address: entry.address, family: entry.family, port: entry.port }
    return typeof real === 'string' && SOCKET && real.startsWith(SOCKET) && !this.listening ? null : real
  }
  process.on('exit', () => {
    // A process or thread that ends without close().
    if (isClusterWorker()) return
    for (const entry of moved.values()) {
      if (!entry.alias) giveBack(entry)
    }
  })
}

guarded(() => {
  if (isPackageManager) return
  installServers()
  if (isApp) {
    process.env.FOOTPLATE_APP_PID = String(process.pid)
    offerSend()
    if (CHANNEL) reportStats()
  }
  if (isMainThread) {
    process.on('uncaughtExceptionMonitor', tellLastError)
    if (CHANNEL) connect()
  }
})
