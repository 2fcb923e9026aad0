// An app whose requests cost a fixed amount of CPU: WORK bytes are hashed for each.
const http = require('node:http')
const { createHash } = require('node:crypto')

const data = Buffer.alloc(Number(process.env.WORK || 65536), 'x')
http.createServer((request, response) => {
  const hash = createHash('sha256').update(data).digest('hex')
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': hash.length })
  response.end(hash)
}).listen(process.env.PORT)
