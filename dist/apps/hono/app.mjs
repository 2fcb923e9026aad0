import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import contract from '../contract.js'

const app = new Hono()
app.get('/', context => context.text(`hono ${process.pid}`))
app.get('/env', context => context.json(contract.env()))
app.get('/ip', context => context.json(contract.ip(context.env.incoming)))
app.post('/echo', async context => context.body(await context.req.arrayBuffer()))
serve({ fetch: app.fetch, port: 3000 })
