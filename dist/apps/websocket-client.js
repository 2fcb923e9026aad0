'use strict'
// node websocket-client.js ws://HOST:PORT/ or ws+unix://SOCKET:/ : talks to an echo, text and binary, and closes.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const WebSocket = require('ws')

async function talk() {
  const socket = new WebSocket(process.argv[2])
  await once(socket, 'open')
  for (const message of ['hello', 'ünïcode', 'x'.repeat(200_000)]) {
    socket.send(message)
    const [data, isBinary] = await once(socket, 'message')
    assert.equal(isBinary, false)
    assert.equal(data.toString(), message)
  }
  const bytes = Buffer.from([0, 1, 2, 255])
  socket.send(bytes)
  const [data, isBinary] = await once(socket, 'message')
  assert.equal(isBinary, true)
  assert.deepEqual(data, bytes)
  socket.close(1000, 'done')
  const [code] = await once(socket, 'close')
  assert.equal(code, 1000)
}

setTimeout(() => process.exit(2), 20_000).unref()
talk().then(() => console.log('ok'))
