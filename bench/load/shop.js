// An app that takes START_MS to start and 5 ms to answer, with WebSockets that echo. build.json beside it: its release, and what is wrong with it.
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')

const { release, fault } = JSON.parse(fs.readFileSync(path.join(__dirname, 'build.json'), 'utf8'))
if (fault === 'throws') throw new Error('this build is broken')

const WORK_MS = fault === 'slow' ? 50 : 5
const DRAIN_MS = Number(process.env.DRAIN_MS || 0)
const who = { 'X-Pid': process.pid, 'X-Release': release }
const kept = []
const open = new Set()

function answer(response, status, text) {
  response.writeHead(status, { ...who, 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

const server = http.createServer((request, response) => {
  if (request.url === '/up') return answer(response, fault === 'ill' ? 503 : 200, 'up\n')
  if (request.url === '/grow') kept.push(Buffer.alloc(200 << 20, 'x'))
  setTimeout(() => answer(response, fault === 'errors' ? 500 : 200, `release ${release}\n`), WORK_MS)
})

// Frames of up to 125 bytes, each in one piece: nothing else is sent here.
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `X-Pid: ${process.pid}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  open.add(socket)
  socket.on('data', data => {
    const length = data[1] & 127
    const mask = data.subarray(2, 6)
    const body = Buffer.from(data.subarray(6, 6 + length)).map((octet, i) => octet ^ mask[i % 4])
    socket.write(Buffer.concat([Buffer.from([data[0], length]), body]))
    if ((data[0] & 15) === 8) socket.end()
  })
  socket.on('end', () => socket.end())
  socket.on('close', () => { open.delete(socket) })
  socket.on('error', () => {})
})

setTimeout(() => {
  if (fault === 'silent') return setInterval(() => {}, 60_000)
  server.listen(process.env.PORT || 3000, () => { if (process.send) process.send('ready') })
}, Number(process.env.START_MS || 0))

// Answers what it has begun. Behind a supervisor that does not end WebSockets itself, it does so: going away, after DRAIN_MS.
let leaving = false
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (leaving) return
    leaving = true
    server.close()
    const goAway = () => { for (const socket of open) socket.end(Buffer.from([0x88, 2, 0x03, 0xe9])) }
    if (open.size) setTimeout(goAway, DRAIN_MS)
    const looks = setInterval(() => { if (!open.size && !server.listening) { clearInterval(looks); setTimeout(() => process.exit(), 200) } }, 50)
  })
}

// Its event loop hangs from now on.
process.on('SIGUSR2', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
