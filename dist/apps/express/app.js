const express = require('express')
const { env, ip } = require('../contract')

const app = express()
app.get('/', (req, res) => res.type('text').send(`express ${process.pid}`))
app.get('/env', (req, res) => res.json(env()))
app.get('/ip', (req, res) => res.json({ ...ip(req), ip: req.ip, protocol: req.protocol }))
app.post('/echo', express.raw({ type: () => true, limit: '64mb' }), (req, res) => res.type('application/octet-stream').send(req.body))
app.listen(process.env.PORT || 3000, () => console.log('express listens'))
