const { createServer } = require('node:http')
const { WebSocketServer } = require('ws')
const { listener } = require('../contract')

const server = createServer(listener('ws'))
const sockets = new WebSocketServer({ server })
sockets.on('connection', socket => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
})
server.listen(8080)
