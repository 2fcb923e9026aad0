const { createServer } = require('node:http')
const { Server } = require('socket.io')
const { listener } = require('../contract')

const server = createServer(listener('socket.io'))
new Server(server).on('connection', socket => {
  socket.on('echo', (message, acknowledge) => {
    socket.emit('echo', message)
    if (acknowledge) acknowledge(message)
  })
})
server.listen(process.env.PORT, '0.0.0.0')
