'use strict'
// node socketio-client.js http://HOST:PORT [polling|websocket] : talks to the echo event over that transport alone, or (default) polling
// that is upgraded to WebSocket.

const assert = require('node:assert/strict')
const { io } = require('socket.io-client')

const [, , url, transport] = process.argv
const event = (emitter, name) => new Promise(resolve => emitter.once(name, resolve))

async function talk() {
  const socket = io(url, { transports: transport ? [transport] : ['polling', 'websocket'], reconnection: false })
  socket.on('connect_error', failure => {
    console.error(failure)
    process.exit(1)
  })
  await event(socket, 'connect')
  if (!transport && socket.io.engine.transport.name !== 'websocket') await event(socket.io.engine, 'upgrade')
  const echoed = event(socket, 'echo')
  const acknowledged = await socket.timeout(5_000).emitWithAck('echo', { text: 'hello', list: [1, 2, 3] })
  assert.deepEqual(acknowledged, { text: 'hello', list: [1, 2, 3] })
  assert.deepEqual(await echoed, { text: 'hello', list: [1, 2, 3] })
  assert.equal(socket.io.engine.transport.name, transport || 'websocket')
  socket.disconnect()
}

setTimeout(() => process.exit(2), 20_000).unref()
talk().then(() => console.log('ok'))
