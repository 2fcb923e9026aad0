'use strict'
// Does what a test asks for: the test is in the request's path.
const { createServer } = require('node:http')

const size = 64 * 1024
const block = Buffer.alloc(size, 'x')

function download(response, left) {
  response.writeHead(200, { 'Content-Length': left })
  const more = () => {
    while (left > 0) {
      const part = left < size ? block.subarray(0, left) : block
      left -= part.length
      if (!response.write(part)) return response.once('drain', more)
    }
    response.end()
  }
  more()
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://app')
  const number = name => Number(searchParams.get(name))
  switch (pathname) {
    case '/env':
      return response.end(JSON.stringify(process.env))
    case '/slow':
      return void setTimeout(() => response.end(`${process.pid}`), number('ms'))
    case '/say':
      console.log(searchParams.get('line'))
      return response.end('said')
    case '/complain':
      console.error(searchParams.get('line'))
      return response.end('complained')
    case '/download':
      return download(response, number('bytes'))
    case '/upload': {
      let bytes = 0
      request.on('data', part => {
        bytes += part.length
        request.pause()
        setTimeout(() => request.resume(), number('pause'))
      })
      return request.on('end', () => response.end(`${bytes}`))
    }
    case '/exit':
      return process.exit(number('code'))
    default:
      response.end(`${process.pid}`)
  }
})
server.listen(process.env.PORT, () => console.log(`listens, ${process.pid}`))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close())
