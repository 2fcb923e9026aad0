'use strict'
// What the daemon hears, and what an app gets from process.send: never at the app's cost.

const test = require('node:test')
const assert = require('node:assert/strict')
const { Rig, until } = require('./rig.cjs')

test('ready and messages reach the daemon, its messages reach the app', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      process.on('message', m => { console.log('got', JSON.stringify(m)); if (m === 'shutdown') process.exit(7) })
      process.send({ topic: 'x', n: [1] }, failure => console.log('sent', failure, process.connected, process.channel))
      require('http').createServer().listen(3000, () => process.send('ready'))`)
    await rig.heard('ready')
    assert.deepEqual((await rig.heard('message')).data, { topic: 'x', n: [1] })
    await rig.printed(app, 'sent null true undefined')
    rig.say({ a: 1 })
    await rig.printed(app, 'got {"a":1}')
    rig.say('shutdown')
    assert.equal((await app.exit).code, 7)
  }))

test('a real IPC channel is left alone', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      if (process.argv[2]) { process.send('from child'); process.on('message', m => { console.log('child got', m); process.disconnect() }) }
      else require('child_process').fork(__filename, ['child']).on('message', function (m) { console.log('parent got', m); this.send('hi') })`)
    assert.equal((await app.exit).code, 0)
    assert.equal(app.out, 'parent got from child\nchild got hi\n')
    assert.equal(rig.reports.some(report => report.event === 'message'), false)
  }))

test('neither the channel nor a message listener keeps a process alive', () =>
  Rig.with(async rig => {
    const app = rig.start(`process.on('message', () => {}); process.send('x')`)
    assert.deepEqual(await app.exit, { code: 0, signal: null })
    assert.equal(app.out + app.err, '')
  }))

test('a daemon that does not read holds up nothing', () =>
  Rig.with(async rig => {
    await rig.closeChannel()
    await rig.openChannel({ reads: false })
    const app = rig.start(`
      for (let i = 0; i < 300; i++) process.send('x'.repeat(30000))
      console.log('done')`)
    assert.deepEqual(await app.exit, { code: 0, signal: null })
    assert.equal(app.out, 'done\n')
  }))

test('an app outlives its daemon and tells a new one its state', () =>
  Rig.with(async rig => {
    rig.start(`
      const http = require('http')
      http.createServer((q, r) => r.end('ok')).listen(3000, () => { http.createServer().listen(0, () => process.send('ready')) })`)
    await rig.heard('ready')
    await rig.closeChannel()
    assert.equal((await rig.request()).text, 'ok')
    rig.reports.length = 0
    await rig.openChannel()
    await rig.heard('ready')
    assert.deepEqual(rig.reports.map(report => report.event), ['hello', 'listening', 'also-listening', 'ready'])
    assert.equal((await rig.request()).text, 'ok')
  }))

test('without a daemon, a socket or anything else the app simply runs', () =>
  Rig.with(async rig => {
    const app = rig.start(`require('http').createServer().listen(${rig.port}, () => { console.log(process.send('x')); process.exit() })`, {
      env: { FOOTPLATE_SOCKET: '', FOOTPLATE_CHANNEL: '', FOOTPLATE_RUN: '' },
    })
    assert.equal((await app.exit).code, 0)
    assert.equal(app.out, 'true\n')
  }))

test('garbage from the daemon is ignored, an endless line ends the connection', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      process.on('message', m => console.log('got', m))
      require('http').createServer().listen(3000)`)
    await rig.heard('listening')
    for (const connection of rig.connections) connection.write('{{{\n\n42\nnull\n[]\n{"other":1}\n\u0000\n{"message":"fine"}\n')
    await rig.printed(app, 'got fine')
    assert.equal(app.out, 'got fine\n')
    const [connection] = rig.connections
    const closed = new Promise(resolve => connection.on('close', resolve))
    connection.write('x'.repeat(200000))
    await closed
    rig.reports.length = 0
    await rig.heard('listening')
  }))

test('a syntax error in the app is told with its place', () =>
  Rig.with(async rig => {
    const app = rig.start('const a = 1\nconst b = = 2\n')
    assert.equal((await app.exit).code, 1)
    const error = await rig.heard('error')
    assert.equal(error.name, 'SyntaxError')
    assert.equal(error.message, "Unexpected token '='")
    assert.ok(app.err.includes('app.cjs:2'))
  }))

test('a missing module is told, in CommonJS and in an ES module', () =>
  Rig.with(async rig => {
    await rig.start(`require('nope')`).exit
    assert.equal((await rig.heard('error')).code, 'MODULE_NOT_FOUND')
    await rig.start(`import 'nope'`, { name: 'app.mjs' }).exit
    await rig.heard('error', report => report.code === 'ERR_MODULE_NOT_FOUND')
  }))

test('strange things are thrown, rejected and told; the exit code stays', () =>
  Rig.with(async rig => {
    for (const [source, message] of [
      ['throw null', 'null'],
      ['throw "text"', 'text'],
      ['throw { message: { toString() { return "odd" } } }', 'odd'],
      ['Promise.reject(new TypeError("late"))', 'late'],
      ['setTimeout(() => { throw new Error("later") }, 30)', 'later'],
    ]) {
      rig.reports.length = 0
      assert.equal((await rig.start(source).exit).code, 1)
      const error = await rig.heard('error', report => report.message.includes(message))
      assert.equal(error.handled, false)
    }
  }))

test('an app that handles its exceptions goes on as it would', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      process.on('uncaughtException', () => { console.log('handled'); process.exit(3) })
      throw new Error('x')`)
    assert.equal((await app.exit).code, 3)
    assert.equal(app.out, 'handled\n')
    assert.equal((await rig.heard('error')).handled, true)
  }))

test('statistics come every five seconds and see a blocked event loop', () =>
  Rig.with(async rig => {
    rig.start(`
      require('http').createServer().listen(3000)
      setTimeout(() => { const end = Date.now() + 1500; while (Date.now() < end); }, 1000)`)
    const stats = await rig.heard('stats')
    assert.ok(stats.lag > 200, String(stats.lag))
    assert.ok(stats.heap > 1e6)
  }))

test('fake timers and mocked JSON of an app do not reach the channel', () =>
  Rig.with(async rig => {
    rig.start(`
      globalThis.setTimeout = globalThis.setInterval = () => { throw new Error('fake') }
      require('fs').writeSync = require('fs').readFileSync = () => { throw new Error('mocked') }
      require('http').createServer((q, r) => r.end('ok')).listen(3000, () => process.send('ready'))`)
    await rig.heard('ready')
    assert.equal((await rig.request()).text, 'ok')
  }))
