const Koa = require('koa')
const { env, ip } = require('../contract')

const app = new Koa()
app.use(async context => {
  switch (`${context.method} ${context.path}`) {
    case 'GET /':
      context.body = `koa ${process.pid}`
      break
    case 'GET /env':
      context.body = env()
      break
    case 'GET /ip':
      context.body = { ...ip(context.req), ip: context.ip }
      break
    case 'POST /echo':
      context.body = context.req
      break
  }
})
app.listen(process.env.PORT)
