// An app that forks workers of its own, as apps did before a process manager did it for them.
const cluster = require('node:cluster')
const { createServer } = require('node:http')
const { listener } = require('../contract')

if (cluster.isPrimary) {
  for (let i = 0; i < 2; i++) cluster.fork()
  cluster.on('exit', () => cluster.fork())
} else {
  createServer(listener('cluster')).listen(process.env.PORT)
}
