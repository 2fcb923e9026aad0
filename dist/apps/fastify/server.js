const fastify = require('fastify')({ bodyLimit: 64 << 20 })
const { env, ip } = require('../contract')

fastify.removeAllContentTypeParsers()
fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body))
fastify.get('/', async (request, reply) => reply.type('text/plain').send(`fastify ${process.pid}`))
fastify.get('/env', async () => env())
fastify.get('/ip', async request => ({ ...ip(request.raw), ip: request.ip }))
fastify.post('/echo', async (request, reply) => reply.type('application/octet-stream').send(request.body))
// No host: fastify then listens on every address of localhost, 127.0.0.1 and ::1.
fastify.listen({ port: 3000 }).then(address => console.log(`fastify listens at ${address}`))
