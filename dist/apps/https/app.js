// Serves https by itself; behind Footplate TLS ends in the proxy, so its certificate is never asked for.
const { createServer } = require('node:https')
const { listener } = require('../contract')

createServer({}, listener('https')).listen(8443)
