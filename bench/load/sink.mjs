// Reads requests to their end before it answers: an upstream for uploads. nginx would answer a 'return' at once: sink.mjs SOCKET
import http from 'node:http'

http.createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 3 }).end('ok\n'))
}).listen(process.argv[2])
