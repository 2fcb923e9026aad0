'use strict'
// Runs small apps under the preload: a folder for the socket, a channel that remembers every report, and a client for the Unix socket.

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')

const PRELOAD = path.resolve(__dirname, '../../main/resources/footplate/daemon/runtime/preload.cjs')

/** Waits until `probe` answers something true, at most `limit` ms. */
async function until(what, probe, limit = 15000) {
  const end = Date.now() + limit
  for (;;) {
    const answer = await probe()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain: ${typeof what === 'function' ? what() : what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = net.createServer()
  await new Promise(resolve => server.listen(0, resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Whether anything accepts a TCP connection on the port. */
function isOpen(port, host = '127.0.0.1') {
  return new Promise(resolve => {
    const socket = net.connect({ port, host }, () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
}

class Rig {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fp-'))
    this.socket = path.join(this.folder, 's')
    this.channelPath = path.join(this.folder, 'c')
    this.reports = []
    this.connections = new Set()
    this.apps = []
  }

  static async with(work) {
    const rig = new Rig()
    await rig.openChannel()
    rig.port = await freePort()
    try {
      await work(rig)
    } finally {
      await rig.end()
    }
  }

  openChannel({ reads = true } = {}) {
    this.channel = net.createServer(connection => {
      this.connections.add(connection)
      connection.on('close', () => this.connections.delete(connection))
      connection.on('error', () => {})
      if (!reads) return connection.pause()
      let text = ''
      connection.on('data', chunk => {
        text += chunk
        const lines = text.split('\n')
        text = lines.pop()
        for (const line of lines) this.reports.push(JSON.parse(line))
      })
    })
    return new Promise(resolve => this.channel.listen(this.channelPath, resolve))
  }

  async closeChannel() {
    const closed = new Promise(resolve => this.channel.close(resolve))
    for (const connection of this.connections) connection.destroy()
    await closed
  }

  say(message) {
    for (const connection of this.connections) connection.write(JSON.stringify({ message }) + '\n')
  }

  /** Waits for a report of that event. */
  heard(event, matches = () => true) {
    return until(
      () => `no '${event}' among ${JSON.stringify(this.reports)}; ${this.apps.map(app => app.err).join()}`,
      () => this.reports.find(report => report.event === event && matches(report)),
    )
  }

  write(name, text) {
    const file = path.join(this.folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
    return file
  }

  env(more = {}) {
    return {
      ...process.env,
      NODE_OPTIONS: `--require=${PRELOAD}`,
      NODE_TEST_CONTEXT: undefined,
      FOOTPLATE_SOCKET: this.socket,
      FOOTPLATE_CHANNEL: this.channelPath,
      FOOTPLATE_RUN: 'token',
      PORT: String(this.port),
      NODE_APP_INSTANCE: '0',
      ...more,
    }
  }

  /** Starts `node NAME` with this source under the preload. */
  start(source, { name = 'app.cjs', env = {}, stdio } = {}) {
    return this.spawn('node', [this.write(name, source)], { env, stdio })
  }

  spawn(command, args, { env = {}, cwd = this.folder, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
    const child = spawn(command, args, { cwd, env: this.env(env), stdio, detached: true })
    const app = { child, pid: child.pid, out: '', err: '' }
    child.stdout.on('data', chunk => (app.out += chunk))
    child.stderr.on('data', chunk => (app.err += chunk))
    app.exit = new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal })))
    this.apps.push(app)
    return app
  }

  /** Waits until the app has printed this. */
  printed(app, text) {
    return until(() => `'${text}' not printed; out: ${app.out} err: ${app.err}`, () => app.out.includes(text))
  }

  /** One request over the Unix socket, on a connection of its own. */
  request(target = '/', { method = 'GET', headers = {}, body, socketPath = this.socket } = {}) {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath, path: target, method, headers, agent: false }, response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  async end() {
    for (const app of this.apps) {
      try {
        process.kill(-app.pid, 'SIGKILL') // the group of exactly the process started above
      } catch {
        // ended already
      }
      await app.exit
    }
    await this.closeChannel()
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}

module.exports = { Rig, until, freePort, isOpen, PRELOAD }
