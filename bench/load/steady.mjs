// A steady load that counts all that becomes of it. Started with fork by ../nothing-dropped.mjs: steady.mjs PORT RATE.
// Open loop: each request has its time, whether or not earlier ones are answered. Half of them on kept connections, half on a new one each; beside
// them idle connections, used every two seconds, and WebSockets, used every second. It takes 'renew' (WebSockets are closed and opened again) and 'end'.
import { createHash, randomBytes } from 'node:crypto'
import net from 'node:net'

const [port, rate] = process.argv.slice(2).map(Number)
const IDLE = 10
const IDLE_EVERY = 2_000
const SOCKETS = 50
const ECHO_EVERY = 1_000
const NO_ECHO = 5_000
const GIVE_UP = 15_000
// Shorter than any server's timeout for idle connections (Node's is five seconds): who closes one before that has cut it.
const UNUSED = 3_000

const now = () => Number(process.hrtime.bigint()) / 1e6
const sleep = ms => new Promise(done => setTimeout(done, ms))
const requests = []
const cuts = []
const sockets = []
const stalls = []
let under = 0
let ended = false

/** One connection, one request at a time. */
class Line {
  constructor(keep) {
    this.keep = keep
    this.answers = 0
    this.got = Buffer.alloc(0)
    this.usedAt = now()
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.on('data', data => this.read(data))
    this.socket.on('error', failure => { this.failure = failure.code })
    this.socket.on('end', () => { this.ended = true })
    this.socket.on('close', () => this.closed())
  }

  ask(done) {
    this.done = done
    this.usedAt = now()
    this.late = setTimeout(() => { this.failure = 'no answer'; this.socket.destroy() }, GIVE_UP)
    this.socket.write(`GET / HTTP/1.1\r\nHost: bench\r\n${this.keep ? '' : 'Connection: close\r\n'}\r\n`)
  }

  read(data) {
    this.got = this.got.length ? Buffer.concat([this.got, data]) : data
    const end = this.got.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.got.toString('latin1', 0, end)
    const length = /^content-length: *(\d+)/im.exec(head)
    const chunked = /^transfer-encoding: *chunked/im.test(head)
    this.untilClose = !length && !chunked
    const whole = length ? this.got.length >= end + 4 + Number(length[1]) : chunked && this.got.indexOf('0\r\n\r\n', end) > 0
    if (whole) this.answered(head)
  }

  answered(head) {
    if (!this.keep || /^connection: *close/im.test(head)) this.last = true
    this.got = Buffer.alloc(0)
    this.usedAt = now()
    if (this.keep) this.answers++
    this.finish({ status: Number(head.slice(9, 12)), release: Number(/^x-release: *(\d+)/im.exec(head)?.[1] ?? 0), pid: Number(/^x-pid: *(\d+)/im.exec(head)?.[1] ?? 0) })
    if (this.last) this.socket.destroy()
  }

  closed() {
    this.gone = true
    if (this.answers && !this.done && !this.last && !this.left) cuts.push({ at: now(), how: this.failure ?? 'closed' })
    if (!this.done) return
    if (this.untilClose && this.got.length) return this.answered(this.got.toString('latin1', 0, this.got.indexOf('\r\n\r\n')))
    const how = this.failure ?? 'closed'
    this.finish({ status: 0, how: this.got.length ? `half answered, ${how}` : how })
  }

  finish(outcome) {
    clearTimeout(this.late)
    const { done } = this
    this.done = undefined
    done?.(outcome)
  }

  leave() {
    this.left = true
    this.socket.destroy()
  }
}

const free = []

function send(due, line) {
  under++
  line.ask(outcome => {
    under--
    requests.push([due, now(), outcome.status, outcome.release ?? 0, outcome.pid ?? 0, outcome.how ?? '', line.keep ? 1 : 0])
    if (line.keep && !line.idle && !line.last && !line.gone) free.push(line)
  })
}

function keptLine() {
  for (let line; (line = free.pop());) if (!line.gone) return line
  return new Line(true)
}

async function steady() {
  const began = now()
  let before = began
  for (let sent = 0; !ended;) {
    const at = now()
    if (at - before > 20) stalls.push([at, at - before])
    before = at
    for (let due; (due = began + (sent * 1_000) / rate) <= at; sent++) send(due, sent % 2 ? keptLine() : new Line(false))
    while (free.length && at - free[0].usedAt > UNUSED) free.shift().leave()
    await sleep(1)
  }
}

async function idle(number) {
  await sleep((number * IDLE_EVERY) / IDLE)
  for (let line; !ended; await sleep(IDLE_EVERY)) {
    if (!line || line.gone || line.last) {
      line = new Line(true)
      line.idle = true
    }
    if (!line.done) send(now(), line)
  }
}

/** A WebSocket; its end is told with the close code, 0 if there was none. */
function webSocket() {
  return new Promise(done => {
    const key = randomBytes(16).toString('base64')
    const accept = createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
    let got = Buffer.alloc(0)
    let open = false
    const it = { opened: 0, pid: 0, code: 0, how: 'closed', echoedAt: now() }
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write('GET /echo HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n'
      + `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`))
    const frame = (opcode, body) => socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | body.length, 0, 0, 0, 0]), body]))
    const echo = setInterval(() => {
      if (!open) return
      if (now() - it.echoedAt > NO_ECHO) {
        it.how = 'no echo'
        return socket.destroy()
      }
      frame(1, Buffer.from('hello'))
    }, ECHO_EVERY)
    it.renew = () => {
      it.left = true
      frame(8, Buffer.from([0x03, 0xe8]))
      setTimeout(() => socket.destroy(), 500)
    }
    socket.on('data', data => {
      got = Buffer.concat([got, data])
      if (!open) {
        const end = got.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = got.toString('latin1', 0, end)
        if (!head.startsWith('HTTP/1.1 101') || !head.includes(accept)) {
          it.how = head.split('\r\n')[0]
          return socket.destroy()
        }
        open = true
        it.opened = now()
        it.pid = Number(/^x-pid: *(\d+)/im.exec(head)?.[1] ?? 0)
        got = got.subarray(end + 4)
      }
      while (got.length >= 2 && got.length >= 2 + (got[1] & 127)) {
        const body = got.subarray(2, 2 + (got[1] & 127))
        if ((got[0] & 15) === 8) {
          it.code = body.length >= 2 ? body.readUInt16BE(0) : 1005
          if (!it.left) frame(8, Buffer.from(body))
          socket.end()
        } else it.echoedAt = now()
        got = got.subarray(2 + body.length)
      }
    })
    socket.on('end', () => socket.end())
    socket.on('error', failure => { it.how = failure.code })
    socket.on('close', () => {
      clearInterval(echo)
      alive.delete(it)
      if (!it.left && !ended) sockets.push({ at: now(), opened: it.opened, pid: it.pid, code: it.code, how: it.how })
      done()
    })
    alive.add(it)
  })
}
const alive = new Set()

async function socketsFor(number) {
  await sleep((number * ECHO_EVERY) / SOCKETS)
  while (!ended) {
    await webSocket()
    if (!ended) await sleep(100)
  }
}

process.on('message', async message => {
  if (message === 'renew') for (const it of alive) if (it.opened) it.renew()
  if (message !== 'end') return
  ended = true
  for (const until = now() + GIVE_UP; under && now() < until;) await sleep(10)
  process.send({ requests, cuts, sockets, stalls, open: [...alive].filter(it => it.opened).length }, () => process.exit())
})
process.on('disconnect', () => process.exit())
for (let i = 0; i < IDLE; i++) idle(i)
for (let i = 0; i < SOCKETS; i++) socketsFor(i)
steady()
