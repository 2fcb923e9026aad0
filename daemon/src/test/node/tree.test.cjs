'use strict'
// One socket, however many processes and threads an app has.

const test = require('node:test')
const assert = require('node:assert/strict')
const fs = require('node:fs')
const { Rig, until, freePort, isOpen } = require('./rig.cjs')

const CLUSTER = `
  const cluster = require('cluster')
  if (cluster.isMaster) {
    cluster.fork(); cluster.fork()
    cluster.on('exit', () => cluster.fork())
  } else {
    require('http').createServer((q, r) => r.end(process.pid + ' ' + q.socket.remoteAddress)).listen(3000, function () {
      console.log('worker', this.address().port)
    })
  }`

for (const policy of ['rr', 'none']) {
  test(`an app's own cluster (${policy}) shares the socket and gets it again after a worker's death`, () =>
    Rig.with(async rig => {
      rig.start(CLUSTER, { env: { NODE_CLUSTER_SCHED_POLICY: policy } })
      const listening = n => rig.heard('listening', report => rig.reports.filter(r => r.event === 'listening').indexOf(report) === n)
      await listening(1)
      const seen = new Set()
      await until('both workers answer', async () => {
        const answers = await Promise.all([1, 2, 3, 4].map(() => rig.request()))
        for (const answer of answers) {
          const [pid, address] = answer.text.split(' ')
          assert.equal(address, '127.0.0.1')
          seen.add(Number(pid))
        }
        return seen.size === 2 || policy === 'none'
      })
      assert.equal(await isOpen(3000), false)
      assert.equal(fs.statSync(rig.socket).mode & 0o777, 0o600)
      process.kill((await listening(0)).pid, 'SIGKILL')
      await listening(2)
      assert.equal((await rig.request()).status, 200)
    }))
}

test('a cluster whose workers all die listens again', () =>
  Rig.with(async rig => {
    rig.start(CLUSTER)
    const workers = () => rig.reports.filter(report => report.event === 'listening')
    await until('two', () => workers().length === 2)
    for (const worker of workers()) process.kill(worker.pid, 'SIGKILL')
    await until('two more', () => workers().length === 4)
    assert.equal((await rig.request()).status, 200)
  }))

test('workers that listen at the same moment do not take the socket from each other', () =>
  Rig.with(async rig => {
    rig.write('s', 'left over')
    rig.start(`
      const cluster = require('cluster')
      if (cluster.isMaster) for (let i = 0; i < 12; i++) cluster.fork()
      else require('http').createServer((q, r) => r.end('ok')).listen(3000)`)
    await until('twelve', () => rig.reports.filter(report => report.event === 'listening').length === 12)
    assert.equal((await rig.request()).text, 'ok')
  }))

test('a cluster keeps a second port to itself', () =>
  Rig.with(async rig => {
    const other = await freePort()
    rig.start(`
      const cluster = require('cluster')
      if (cluster.isMaster) { cluster.fork(); cluster.fork() }
      else require('http').createServer((q, r) => r.end('main')).listen(${rig.port}, () =>
        require('http').createServer((q, r) => r.end('other')).listen(${other}, '127.0.0.1', () => console.log('other')))`)
    await rig.heard('also-listening', report => report.address === `127.0.0.1:${other}`)
    assert.equal((await rig.request()).text, 'main')
    assert.deepEqual([await isOpen(rig.port), await isOpen(other)], [false, true])
  }))

test('a worker thread may be the server; another thread on its port gets EADDRINUSE', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const { Worker, isMainThread, workerData } = require('worker_threads')
      if (isMainThread) {
        const one = new Worker(__filename, { workerData: 'one' })
        one.once('message', () => new Worker(__filename, { workerData: 'two' }))
      } else {
        const server = require('http').createServer((q, r) => r.end(workerData))
        server.on('error', e => console.log(workerData, e.code))
        server.listen(3000, () => require('worker_threads').parentPort.postMessage('up'))
      }`)
    await rig.printed(app, 'two EADDRINUSE')
    assert.equal((await rig.request()).text, 'one')
    await rig.heard('listening')
    assert.equal(await isOpen(3000), false)
  }))

test('a thread that ends leaves the socket to the next', () =>
  Rig.with(async rig => {
    rig.start(`
      const { Worker, isMainThread, workerData } = require('worker_threads')
      if (isMainThread) new Worker(__filename, { workerData: 3000 }).once('exit', () => new Worker(__filename, { workerData: 3001 }))
      else require('http').createServer((q, r) => r.end(String(workerData))).listen(workerData, () => workerData === 3000 && process.exit())`)
    await rig.heard('listening', report => report.asked === 3001)
    assert.equal((await rig.request()).text, '3001')
  }))

test('of many processes that listen at once exactly one has the socket', () =>
  Rig.with(async rig => {
    rig.write('one.cjs', `
      const server = require('http').createServer((q, r) => r.end(String(process.pid)))
      server.on('error', e => { console.log('lost', e.code); setInterval(() => {}, 1000) })
      server.listen(3000, () => console.log('won'))`)
    const apps = Array.from({ length: 8 }, () => rig.spawn('node', ['one.cjs']))
    await until(() => apps.map(app => app.out + app.err).join(), () => apps.every(app => app.out.endsWith('\n')))
    const out = apps.map(app => app.out).sort()
    assert.deepEqual(out, [...Array(7).fill('lost EADDRINUSE\n'), 'won\n'])
    const winner = apps.find(app => app.out === 'won\n')
    assert.equal((await rig.request()).text, String(winner.pid))

    // It is killed: of many that try then, again one has it.
    process.kill(winner.pid, 'SIGKILL')
    await winner.exit
    const next = Array.from({ length: 8 }, () => rig.spawn('node', ['one.cjs']))
    await until(() => next.map(app => app.out + app.err).join(), () => next.every(app => app.out.endsWith('\n')))
    assert.equal(next.filter(app => app.out === 'won\n').length, 1)
    assert.equal((await rig.request()).text, String(next.find(app => app.out === 'won\n').pid))
    assert.equal(fs.readdirSync(rig.folder).filter(name => name.startsWith('s.claim')).length, 1)
  }))

test('a claim of a process id that another process has now is no claim', () =>
  Rig.with(async rig => {
    fs.symlinkSync(JSON.stringify({ who: `${process.pid}.0`, pid: process.pid, since: '1', port: 3000, host: '' }), `${rig.socket}.claim.4`)
    rig.write('s', 'left over')
    rig.start(`require('http').createServer((q, r) => r.end('ok')).listen(3000)`)
    await rig.heard('listening')
    assert.equal((await rig.request()).text, 'ok')
  }))

test('npm start: npm and the shell claim nothing, the app gets process.send', () =>
  Rig.with(async rig => {
    rig.write('package.json', JSON.stringify({ scripts: { prestart: 'node -e 0', start: 'node server.js' } }))
    rig.write('server.js', `
      require('http').createServer((q, r) => r.end(String(process.pid))).listen(3000, () => process.send('ready'))`)
    rig.spawn('npm', ['start'])
    const ready = await rig.heard('ready')
    assert.equal((await rig.request()).text, String(ready.pid))
    assert.equal(rig.reports.some(report => report.event === 'hello' && /npm/.test(report.script)), false)
  }))

test('process.exit() leaves neither socket nor claim', () =>
  Rig.with(async rig => {
    const app = rig.start(`require('http').createServer().listen(3000, () => process.exit())`)
    await app.exit
    assert.deepEqual(fs.readdirSync(rig.folder).sort(), ['app.cjs', 'c'])
  }))

test('a helper process is no app: no process.send, no claim while it does not listen', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      const { execFileSync } = require('child_process')
      console.log(typeof process.send, execFileSync('node', ['-p', 'typeof process.send']).toString().trim())
      require('http').createServer((q, r) => r.end('ok')).listen(3000)`)
    await rig.heard('listening')
    assert.equal(app.out, 'function undefined\n')
  }))

test('an ES module is moved like any other', () =>
  Rig.with(async rig => {
    const app = rig.start(`
      import { createServer } from 'node:http'
      import { once } from 'node:events'
      const server = createServer((q, r) => r.end('esm')).listen(3000)
      await once(server, 'listening')
      console.log(server.address().port)`, { name: 'app.mjs' })
    await rig.printed(app, '3000')
    assert.equal((await rig.request()).text, 'esm')
  }))
