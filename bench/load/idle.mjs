// Opens N keep-alive connections, sends one request on each, says READY, and holds them until its input ends: idle.mjs PORT N
import net from 'node:net'

const [port, wanted] = process.argv.slice(2).map(Number)
const AT_ONCE = 64

function open() {
  return new Promise((done, failed) => {
    let head = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: bench\r\n\r\n'))
    socket.on('error', failed)
    socket.on('close', () => failed(new Error('a connection was closed')))
    socket.on('data', data => {
      head += data.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!head.startsWith('HTTP/1.1 200 ')) failed(new Error(head.split('\r\n')[0]))
      const length = Number(/content-length: (\d+)/i.exec(head)[1])
      if (head.length >= end + 4 + length) done()
    })
  })
}

let begun = 0
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (begun++ < wanted) await open()
}))
console.log('READY')
process.stdin.on('end', () => process.exit(0)).resume()
