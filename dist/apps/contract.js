'use strict'
// What every app here answers, whatever it is built with; see README.md.

exports.env = () => {
  const { NODE_ENV, PORT, NODE_APP_INSTANCE } = process.env
  return { NODE_ENV, PORT, NODE_APP_INSTANCE }
}

exports.ip = request => ({
  remote: request.socket.remoteAddress,
  forwarded: Object.fromEntries(Object.entries(request.headers).filter(([name]) => /^x-(forwarded-|real-ip)/.test(name))),
})

/** The contract as a plain request listener. */
exports.listener = name => (request, response) => {
  const json = value => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(value))
  }
  switch (`${request.method} ${request.url}`) {
    case 'GET /':
      response.setHeader('Content-Type', 'text/plain')
      return response.end(`${name} ${process.pid}`)
    case 'GET /env':
      return json(exports.env())
    case 'GET /ip':
      return json(exports.ip(request))
    case 'POST /echo':
      return request.pipe(response)
    default:
      response.statusCode = 404
      return response.end('not found')
  }
}
