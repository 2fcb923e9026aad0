import { createServer } from 'node:http'
import { once } from 'node:events'
import contract from '../contract.js'

const server = createServer(contract.listener('esm'))
server.listen({ port: 3000, host: 'localhost' })
await once(server, 'listening')
console.log('listens at', server.address())
