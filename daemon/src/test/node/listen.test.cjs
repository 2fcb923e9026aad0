'use strict'
// The first HTTP listen() moves to the Unix socket, and the app cannot tell.

const test = require('node:test')
const assert = require('node:assert/strict')
const fs = require('node:fs')
const { Rig, until, freePort, isOpen } = require('./rig.cjs')

test('a server is moved: it answers on the socket, its port stays closed', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const server = require('http').createServer((q, r) => r.end(JSON.stringify(
        [q.socket.remoteAddress, q.socket.remoteFamily, typeof q.socket.remotePort, q.socket.localAddress, q.socket.localPort])))
      server.on('listening', () => console.log('event', server.listening))
      server.listen(process.env.PORT, () => console.log('callback', JSON.stringify(server.address())))`)
    const listening = await rig.heard('listening')
    assert.equal(listening.run, 'token')
    assert.equal(listening.pid, app.pid)
    assert.equal(listening.address, `unix:${rig.socket}`)
    assert.equal(listening.asked, rig.port)
    assert.equal(listening.kind, 'http')
    const hello = await rig.heard('hello')
    assert.equal(hello.node, process.version)
    assert.equal(hello.ppid, process.pid)
    assert.deepEqual(JSON.parse((await rig.request()).text), ['127.0.0.1', 'IPv4', 'number', '127.0.0.1', rig.port])
    await rig.printed(app, 'event true')
    await rig.printed(app, `callback {"address":"::","family":"IPv6","port":${rig.port}}`)
    assert.equal(await isOpen(rig.port), false)
    assert.equal(fs.statSync(rig.socket).mode & 0o777, 0o600)
  }))

test('connections look different from each other, as libraries key them by address and port', () =>
  Rig.with(async rig => {
    rig.start(`require('http').createServer((q, r) => r.end(String(q.socket.remotePort))).listen(3000)`)
    await rig.heard('listening')
    const ports = await Promise.all([1, 2, 3, 4, 5].map(() => rig.request()))
    assert.equal(new Set(ports.map(answer => answer.text)).size, 5)
  }))

for (const [form, address] of [
  ['3123', { address: '::', family: 'IPv6' }],
  ['"3123"', { address: '::', family: 'IPv6' }],
  ['3123, "0.0.0.0"', { address: '0.0.0.0', family: 'IPv4' }],
  ['3123, "localhost", 10', { address: '127.0.0.1', family: 'IPv4' }],
  ['3123, 10', { address: '::', family: 'IPv6' }],
  ['3123, undefined', { address: '::', family: 'IPv6' }],
  ['3123, "::1"', { address: '::1', family: 'IPv6' }],
  ['{ port: 3123 }', { address: '::', family: 'IPv6' }],
  ['{ port: "3123", host: "127.0.0.1", exclusive: true, backlog: 5 }', { address: '127.0.0.1', family: 'IPv4' }],
]) {
  test(`listen(${form}) is understood, with and without a callback`, () =>
    Rig.with(async rig => {
      const app = rig.start(`
        const http = require('http')
        const server = http.createServer((q, r) => r.end('ok'))
        server.listen(${form}, () => {
          console.log('first', JSON.stringify(server.address()))
          server.close(() => {
            server.once('listening', () => console.log('second', JSON.stringify(server.address())))
            server.listen(${form})
          })
        })`)
      await rig.printed(app, 'second')
      assert.equal(app.out, ['first', 'second'].map(n => `${n} ${JSON.stringify({ ...address, port: 3123 })}\n`).join(''))
      assert.equal((await rig.request()).text, 'ok')
      assert.equal(await isOpen(3123), false)
    }))
}

test('listen(0), paths and descriptors stay as they are', () =>
  Rig.with(async rig => {
    const holder = require('node:net').createServer()
    await new Promise(resolve => holder.listen(0, resolve))
    const app = rig.start(`
      const http = require('http'), net = require('net')
      const serve = () => http.createServer((q, r) => r.end('ok'))
      const a = serve().listen(0, '127.0.0.1', () => console.log('port', a.address().port > 0))
      const b = serve().listen('${rig.folder}/own', () => console.log('path', b.address()))
      const c = serve().listen({ fd: 3 }, () => console.log('fd', c.address().port === ${holder.address().port}))`,
      { stdio: ['ignore', 'pipe', 'pipe', holder._handle.fd] })
    await rig.printed(app, 'port true')
    await rig.printed(app, `path ${rig.folder}/own`)
    await rig.printed(app, 'fd true')
    assert.equal((await rig.request('/', { socketPath: `${rig.folder}/own` })).text, 'ok')
    assert.equal(fs.existsSync(rig.socket), false)
    assert.equal(rig.reports.some(report => report.event === 'listening'), false)
    holder.close()
  }))

test('bad ports and a second listen() on one server fail as Node lets them fail', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const http = require('http')
      for (const port of [70000, -1]) {
        const server = http.createServer().on('error', e => console.log(e.code))
        try { server.listen(port) } catch (e) { console.log(e.code) }
      }
      const server = http.createServer().listen(3000, () => {
        try { server.listen(3001) } catch (e) { console.log(e.code) }
        console.log('end')
      })`)
    await rig.printed(app, 'end')
    const codes = app.out.trim().split('\n').sort()
    assert.deepEqual(codes, ['ERR_SERVER_ALREADY_LISTEN', 'ERR_SOCKET_BAD_PORT', 'ERR_SOCKET_BAD_PORT', 'end'].sort())
  }))

test('the second server on a port gets EADDRINUSE, and an app that does not handle it ends', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const http = require('http')
      http.createServer().listen(${rig.port}, () => {
        const second = http.createServer()
        second.once('error', e => {
          console.log(JSON.stringify([e.code, e.errno, e.syscall, e.address, e.port, e.message]))
          http.createServer().listen(${rig.port})
        })
        second.listen(${rig.port})
      })`)
    assert.equal((await app.exit).code, 1)
    assert.deepEqual(JSON.parse(app.out), [
      'EADDRINUSE', -98, 'listen', '::', rig.port, `listen EADDRINUSE: address already in use :::${rig.port}`,
    ])
    const error = await rig.heard('error')
    assert.equal(error.code, 'EADDRINUSE')
    assert.equal(error.handled, false)
  }))

test('an app that binds both addresses of localhost has one socket and no open port', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const http = require('http')
      const one = http.createServer((q, r) => r.end('one')).listen(${rig.port}, '127.0.0.1', () => {
        const two = http.createServer((q, r) => r.end('two')).listen(${rig.port}, '::1', () => {
          console.log(JSON.stringify([one.address().address, two.address().address]))
          two.close(() => console.log('closed'))
        })
      })`)
    await rig.printed(app, 'closed')
    assert.ok(app.out.startsWith('["127.0.0.1","::1"]'))
    assert.equal((await rig.request()).text, 'one')
    assert.deepEqual([await isOpen(rig.port), await isOpen(rig.port, '::1')], [false, false])
    assert.deepEqual(fs.readdirSync(rig.folder).sort(), ['app.cjs', 'c', 's', 's.claim.1'])
  }))

test('a second port stays the app\'s own and is reported', () =>
  Rig.with(async rig => {
    const other = await freePort()
    rig.start(`
      const http = require('http')
      http.createServer((q, r) => r.end('main')).listen(${rig.port}, () =>
        http.createServer((q, r) => r.end('metrics')).listen(${other}, '127.0.0.1'))`)
    assert.equal((await rig.heard('also-listening')).address, `127.0.0.1:${other}`)
    assert.equal((await rig.request()).text, 'main')
    assert.equal(await isOpen(other), true)
  }))

test('close() ends the socket and frees it for another server on another port', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const http = require('http')
      const first = http.createServer((q, r) => r.end('first')).listen(3000, () => first.close(() => {
        console.log('gone', require('fs').readdirSync('${rig.folder}').filter(f => f.startsWith('s')).join(), first.address())
        http.createServer((q, r) => r.end('second')).listen(3001)
      }))`)
    await rig.heard('listening', report => report.asked === 3001)
    assert.ok(app.out.includes('gone  null'), app.out)
    assert.equal((await rig.heard('closed')).asked, 3000)
    assert.equal((await rig.request()).text, 'second')
  }))

test('a plain TCP server is moved only if it asks for $PORT', () =>
  Rig.with(async rig => {
    const other = await freePort()
    rig.start(`
      const net = require('net')
      net.createServer(s => s.end('debug')).listen(${other}, '127.0.0.1', () =>
        net.createServer(s => s.once('data', () => s.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nme'))).listen(process.env.PORT))`)
    assert.equal((await rig.heard('listening')).kind, 'tcp')
    assert.equal((await rig.request()).text, 'me')
    assert.equal(await isOpen(other), true)
    assert.equal(await isOpen(rig.port), false)
  }))

test('an https server takes plain HTTP from the proxy and believes itself secure', () =>
  Rig.with(async rig => {
    rig.start(`
      const https = require('https')
      https.createServer({}, (q, r) => r.end(JSON.stringify([q.socket.encrypted, q.socket.getPeerCertificate(), q.socket.remoteAddress])))
        .on('connection', () => {}).listen(3443)`)
    assert.equal((await rig.heard('listening')).kind, 'https')
    assert.deepEqual(JSON.parse((await rig.request()).text), [true, {}, '127.0.0.1'])
  }))

for (const make of ['createServer', 'createSecureServer']) {
  test(`http2.${make} takes HTTP/1.1 from the proxy`, () =>
    Rig.with(async rig => {
      rig.start(`
        require('http2').${make}({}, (q, r) => { let n = 0; q.on('data', d => n += d.length); q.on('end', () => r.end(q.httpVersion + ' ' + n)) }).listen(3000)`)
      assert.equal((await rig.heard('listening')).kind, 'http2')
      assert.equal((await rig.request('/', { method: 'POST', body: 'hello' })).text, '1.1 5')
    }))
}

test('upgrades work on a moved server', () =>
  Rig.with(async rig => {
    rig.start(`
      const server = require('http').createServer()
      server.on('upgrade', (q, s) => { s.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n'); s.pipe(s) })
      server.listen(3000)`)
    await rig.heard('listening')
    const socket = require('node:net').connect(rig.socket)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    let text = ''
    socket.on('data', data => (text += data))
    await until('101', () => text.includes('101 Switching'))
    socket.write('ping')
    await until('echo', () => text.endsWith('ping'))
    socket.destroy()
  }))

test('an app whose socket folder is gone keeps running and says what failed', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      require('http').createServer().on('error', e => console.log('error', e.code)).listen(0)
      require('http').createServer((q, r) => r.end('x')).listen(${rig.port}, () => console.log('up'))`, {
      env: { FOOTPLATE_SOCKET: '/no/such/folder/s', FOOTPLATE_CHANNEL: '/no/such/folder/c' },
    })
    await rig.printed(app, 'up') // no socket to move to, so the port it asked for is all it has
    assert.equal(await isOpen(rig.port), true)
  }))
