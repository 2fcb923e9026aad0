const { createServer } = require('node:http')
const { listener } = require('../contract')

// Only a start through the start script has these.
const { GREETING, npm_package_version: version, npm_lifecycle_event: event } = process.env
const answer = listener('npm-start')
createServer((request, response) => {
  if (request.url === '/script') return response.end(JSON.stringify({ GREETING, version, event }))
  answer(request, response)
}).listen(process.env.PORT)
