// What deploys, reloads, crashes and upgrades cost the visitors: every request is counted. Started by ./run nothing-dropped [OPTIONS], see USAGE.
import { fork } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { DRAIN_MS, Footplate, Passenger, Pm2, START_MS, clean, get, now, runs, sleep, startTime, until } from './load/contestants.mjs'

const RATE = 400
const WARM_UP = 5_000
/** A process that has run for ten seconds has its last crash forgiven: no wait before its next start. It begins to run later than the event. */
const FORGIVEN = 12_000
const here = path.dirname(fileURLToPath(import.meta.url))
const say = text => process.stderr.write(`bench: ${text}\n`)

// Rows: what is started, and what one event of it is. An event returns what it has to say for the last column.

const QUICK = ['--min-ready', '300ms', '--monitor', '2s']
const ROLLING = [...QUICK, '--strategy', 'rolling']
const BLUE_GREEN = [...QUICK, '--strategy', 'blue-green', '--keep-old', '1s']
const BLUE_GREEN_KEPT = [...QUICK, '--strategy', 'blue-green', '--keep-old', '60s']
const CANARY = [...QUICK, '--strategy', 'canary', '--steps', '10%:2s,50%:1s,100%']
const SHARE = 0.1

const ended = result => `exit code ${result.code}`

function deploys(title, flags, more = {}) {
  const { fault, words = [], ...rest } = more
  return {
    title,
    start: () => Footplate.deployed(2, [...flags, ...words]),
    async event(server) {
      const result = await server.deploy(fault)
      return { said: ended(result), bad: fault && server.release, out: result.out }
    },
    ...rest,
  }
}

/** Kills one process, each in its turn and after long enough that its last end is forgiven. */
function kills(title, start, processes) {
  return {
    title,
    start,
    between: FORGIVEN / processes,
    single: processes === 1,
    async event(server, number) {
      const pids = await server.pids()
      // The oldest: of two the one that was not killed last.
      const pid = pids.sort((a, b) => startedAt(a) - startedAt(b))[0]
      process.kill(pid, 'SIGKILL')
      await until('another process', async () => !runs(pid))
      return { killed: [pid], said: '' }
    },
  }
}

const startedAt = pid => Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')[19])

const same = (before, after) => before.length === after.length && before.every(pid => after.includes(pid))

const ROWS = {
  rolling: deploys('rolling deploy', ROLLING),
  'blue-green': deploys('blue-green deploy', BLUE_GREEN),
  canary: deploys('canary deploy', CANARY),
  throws: deploys('deploy of a build that throws at its start', ROLLING, { fault: 'throws' }),
  silent: deploys('… that never listens', ROLLING, { fault: 'silent', words: ['--start-timeout', '1500ms'] }),
  ill: deploys('… that fails its health check', ROLLING, {
    fault: 'ill',
    words: ['--health', 'http:/up', '--health-interval', '1s', '--health-start-period', '1s', '--start-timeout', '5s'],
  }),
  'errors-rolling': deploys('… that answers 500, rolling', ROLLING, { fault: 'errors' }),
  'errors-canary': deploys('… that answers 500, canary', CANARY, { fault: 'errors', share: SHARE }),
  'slow-rolling': deploys('… that is ten times slower, rolling', ROLLING, { fault: 'slow' }),
  'slow-canary': deploys('… that is ten times slower, canary', CANARY, { fault: 'slow', share: SHARE }),
  'errors-blue-green': deploys('… that answers 500, blue-green', BLUE_GREEN_KEPT, { fault: 'errors' }),
  'kill-one': kills('`kill -9` of one of two processes', () => Footplate.start(2), 2),
  'kill-only': kills('`kill -9` of the only process', () => Footplate.start(1), 1),
  upgrade: {
    title: '`footplate upgrade`',
    start: () => Footplate.start(2),
    renew: true,
    async event(server) {
      const [pids, before] = [await server.pids(), server.daemon()]
      const result = await server.call('upgrade')
      const after = server.daemon()
      if (result.code === 0 && after === before) throw new Error('the daemon is the same one')
      return { said: `${ended(result)}, ${same(pids, await server.pids()) ? 'the same app processes' : 'OTHER app processes'}`, out: result.out, before }
    },
    async after(server, { before }) { await until('the old daemon leaves', () => !runs(before)) },
  },
  'daemon-kill': {
    title: '`kill -9` of the daemon, then `footplate list`; no systemd holds the socket',
    start: () => Footplate.start(2),
    proxyDies: true,
    async event(server) {
      const [pids, before] = [await server.pids(), server.daemon()]
      process.kill(before, 'SIGKILL')
      await until('its end', () => !runs(before))
      const after = await server.pids()
      return { said: same(pids, after) ? 'the same app processes' : 'OTHER app processes' }
    },
  },
  rollback: {
    title: 'rollback to processes kept warm (blue-green), each after a deploy',
    start: () => Footplate.deployed(2, BLUE_GREEN_KEPT),
    quiet: async server => until('both sets', async () => (await server.list()).filter(one => one.state === 'running').length >= 2),
    event: rollback,
  },
  'rollback-rolling': { title: 'rollback, rolling, each after a deploy', start: () => Footplate.deployed(2, ROLLING), event: rollback },
  touch: {
    title: 'touch of `tmp/restart.txt`',
    start: () => Footplate.start(2),
    async event(server) {
      const before = await server.pids()
      server.touch()
      await until('other processes', async () => (await server.pids()).every(pid => !before.includes(pid)))
      return { said: '' }
    },
  },
  liveness: {
    title: 'an event loop hangs: the health check fails',
    start: () => Footplate.start(2, ['--health', 'http:/up', '--health-interval', '500ms', '--health-timeout', '500ms', '--health-threshold', '2', '--kill-timeout', '500ms']),
    async event(server) {
      const [pid] = await server.pids()
      process.kill(pid, 'SIGUSR2')
      await until('its replacement', async () => !(await server.pids()).includes(pid))
      return { killed: [pid], said: '' }
    },
  },
  memory: {
    title: 'a process over its `max-memory`, for `max-memory-time` 2s',
    needs: async () => (await Footplate.help('start')).includes('--max-memory') || 'there is no setting `max-memory` in this build',
    start: () => Footplate.start(2, ['--max-memory', '150MB', '--max-memory-time', '2s']),
    async event(server) {
      const { pid } = await get(server.port, '/grow')
      await until('its replacement', async () => !(await server.pids()).includes(pid), 120)
      return { said: '' }
    },
  },

  // The others, where they have the event.
  'pm2-reload': reloads('`pm2 reload`'),
  'pm2-throws': reloads('`pm2 reload` of a build that throws at its start', 'throws'),
  'pm2-silent': reloads('`pm2 reload` of a build that never listens', 'silent'),
  'pm2-kill': { ...kills('pm2: `kill -9` of one of two processes', () => Pm2.start(2), 2), peer: Pm2 },
  'pm2-kill-only': { ...kills('pm2: `kill -9` of the only process', () => Pm2.start(1), 1), peer: Pm2 },
  'pm2-update': {
    title: '`pm2 update`',
    peer: Pm2,
    start: () => Pm2.start(2),
    proxyDies: true,
    async event(server) {
      const before = await server.pids()
      const result = await server.call('update')
      return { said: `${ended(result)}, ${same(before, await server.pids()) ? 'the same app processes' : 'other app processes'}` }
    },
  },
  'pm2-daemon-kill': {
    title: '`kill -9` of pm2\'s daemon, then `pm2 resurrect`',
    peer: Pm2,
    start: () => Pm2.start(2),
    proxyDies: true,
    async event(server) {
      const [pids, before] = [await server.pids(), server.daemon()]
      process.kill(before, 'SIGKILL')
      await until('its end', () => !runs(before))
      await server.call('resurrect')
      return { said: same(pids, await server.pids()) ? 'the same app processes' : 'other app processes' }
    },
  },
  'passenger-touch': touches('Passenger: touch of `tmp/restart.txt`'),
  'passenger-throws': touches('Passenger: touch of `tmp/restart.txt` with a build that throws, mended 2 s after the first error', 'throws'),
  'passenger-kill': { ...kills('Passenger: `kill -9` of one of two processes', () => Passenger.start(2), 2), peer: Passenger },
  'passenger-kill-only': { ...kills('Passenger: `kill -9` of the only process', () => Passenger.start(1), 1), peer: Passenger },
  'passenger-core': {
    title: '`kill -9` of Passenger\'s core',
    peer: Passenger,
    start: () => Passenger.start(2),
    proxyDies: true,
    async event(server) {
      const pids = server.pids()
      process.kill(server.core, 'SIGKILL')
      await server.answers()
      await server.quiet()
      return { said: same(pids, server.pids()) ? 'the same app processes' : 'other app processes' }
    },
  },
}

async function rollback(server) {
  const deployed = await server.deploy()
  if (deployed.code !== 0) return { said: `deploy: ${ended(deployed)}`, out: deployed.out }
  const ping = await server.call('ping')
  const result = await server.call('rollback', 'shop')
  return { said: `exit code of the rollback ${result.code}`, out: result.out, back: { from: server.release, since: result.began, alone: ping.ended - ping.began } }
}

function reloads(title, fault) {
  return {
    title,
    peer: Pm2,
    start: () => Pm2.start(2),
    async event(server) {
      const result = await server.reload(fault)
      await sleep(fault ? 2_000 : 0)
      return { said: ended(result), bad: fault && server.release }
    },
    // What it took for good is mended before the next event.
    quiet: fault ? async server => {
      server.next()
      await server.call('restart', 'shop')
      await server.answers()
      await server.quiet()
    } : undefined,
  }
}

function touches(title, fault) {
  return {
    title,
    peer: Passenger,
    start: () => Passenger.start(2),
    async event(server) {
      const before = server.pids()
      server.next(fault)
      server.touch()
      if (fault) {
        // It looks at the file every ten seconds at most.
        await until('errors', async () => (await get(server.port)).status !== 200)
        await sleep(2_000)
        server.next()
        server.touch()
        await server.answers()
      }
      await until('other processes', () => server.pids().every(pid => !before.includes(pid)))
      return { said: '' }
    },
  }
}

// What is counted

const DEFAULT_ROWS = Object.keys(ROWS)

async function measure(name, events) {
  const row = ROWS[name]
  const server = await row.start()
  const load = fork(path.join(here, 'load', 'steady.mjs'), [String(server.port), String(RATE)])
  const windows = []
  let counted
  try {
    const began = now() + WARM_UP
    await sleep(WARM_UP)
    for (let number = 0; number < events; number++) {
      const from = now()
      const event = await row.event(server, number)
      await (row.quiet ?? (() => server.quiet()))(server)
      if (row.after) await row.after(...(row.renew ? (load.send('renew'), [server, event]) : [server, event]))
      // The last answers of what has gone on, and WebSockets that are opened again.
      await sleep(500)
      if (row.between) await sleep(Math.max(0, row.between - (now() - from)))
      windows.push({ from, to: now(), ...event })
      say(`  ${name} ${number + 1} of ${events}: ${((now() - from) / 1_000).toFixed(1)} s${event.said ? `, ${event.said}` : ''}`)
    }
    const answer = new Promise((done, failed) => {
      load.once('message', done)
      load.once('exit', code => failed(new Error(`the load has ended: ${code}`)))
    })
    load.send('end')
    counted = await answer
    if (process.env.BENCH_KEEP) {
      fs.writeFileSync(path.join(process.env.BENCH_KEEP, `${name}.json`), JSON.stringify({ windows, counted }))
      if (server.log) fs.writeFileSync(path.join(process.env.BENCH_KEEP, `${name}.log`), server.log())
    }
    return digest(row, began, windows, counted)
  } finally {
    load.disconnect?.()
    await server.stop()
  }
}

/** What a row's events did to the visitors. */
function digest(row, began, windows, { requests, cuts, sockets, stalls, open }) {
  const all = requests.map(([due, done, status, release, pid, how, kept]) => ({ due, done, status, release, pid, how, kept, fine: status >= 200 && status < 300 }))
    .filter(request => request.due >= began)
  const at = time => windows.find(window => time >= window.from && time < window.to)
  const failures = all.filter(request => !request.fine)
  const byBad = failures.filter(request => request.release && request.release === at(request.due)?.bad)
  const kinds = {}
  for (const failure of failures.filter(failure => !byBad.includes(failure))) {
    const kind = failure.status ? String(failure.status) : failure.how
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  const gaps = windows.map(() => 0)
  const waits = windows.map(() => 0)
  let last = began
  for (const { due, done } of all.filter(request => request.fine).sort((a, b) => a.done - b.done)) {
    const gapAt = windows.findIndex(window => done >= window.from && done < window.to)
    if (gapAt >= 0) gaps[gapAt] = Math.max(gaps[gapAt], done - Math.max(last, began))
    last = done
    const waitAt = windows.findIndex(window => due >= window.from && due < window.to)
    if (waitAt >= 0) waits[waitAt] = Math.max(waits[waitAt], done - due)
  }
  const ends = sockets.filter(socket => socket.at >= began && socket.opened)
  const killed = ends.filter(socket => at(socket.at)?.killed?.includes(socket.pid))
  const early = ends.filter(socket => !killed.includes(socket) && (socket.at < (at(socket.at)?.from ?? Infinity) + DRAIN_MS - 20 || ![1000, 1001].includes(socket.code)))
  return {
    events: windows.length,
    requests: all.length,
    failed: failures.length - byBad.length,
    byBad: byBad.length,
    kinds,
    gaps,
    waits,
    cut: cuts.filter(cut => cut.at >= began).length,
    early: early.length,
    killed: killed.length,
    in_order: ends.length - early.length - killed.length,
    notOpen: sockets.filter(socket => socket.at >= began && !socket.opened).length,
    open,
    stall: Math.max(0, ...stalls.filter(([time]) => time >= began).map(([, ms]) => ms)),
    said: spoken(windows),
    shown: windows.filter(window => window.bad).map(window => share(all, window)),
    backs: windows.filter(window => window.back).map(({ back }) =>
      Math.max(0, ...all.filter(request => request.release === back.from).map(request => request.done)) - back.since),
    pings: windows.filter(window => window.back).map(({ back }) => back.alone),
    single: row.single,
    share: row.share,
    proxyDies: row.proxyDies,
  }
}

/** How many requests a bad release had, and their share while it had any. */
function share(all, window) {
  const had = all.filter(request => request.release === window.bad)
  if (!had.length) return { count: 0, share: 0 }
  const from = Math.min(...had.map(request => request.due))
  const to = Math.max(...had.map(request => request.due))
  return { count: had.length, share: had.length / all.filter(request => request.due >= from && request.due <= to).length }
}

function spoken(windows) {
  const counts = new Map()
  for (const { said } of windows) if (said) counts.set(said, (counts.get(said) ?? 0) + 1)
  return [...counts].map(([said, count]) => `${said} (${count} ×)`).join(', ')
}

// How it is told

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const span = values => `${median(values).toFixed(0)} (${Math.max(...values).toFixed(0)})`

function told(row, it, alone) {
  const kinds = Object.entries(it.kinds).map(([kind, count]) => `${count} × ${kind}`).join(', ')
  const notes = [it.said]
  if (it.byBad) notes.push(`${it.byBad} failed answers were the new release's own`)
  if (it.shown.some(one => one.count)) {
    const counts = it.shown.map(one => one.count)
    const shares = it.shown.map(one => one.share * 100)
    notes.push(`the new release had ${span(counts)} requests, ${span(shares)} % of those while it had any`)
  }
  if (it.backs.length) notes.push(`last answer of the release that is left ${span(it.backs)} ms after the command began (\`footplate ping\` takes ${span(it.pings)} ms)`)
  if (it.single) notes.push(`the app alone starts in ${alone.toFixed(0)} ms`)
  if (it.killed) notes.push(`${it.killed} WebSockets ended with their process`)
  if (it.in_order) notes.push(`${it.in_order} WebSockets closed in order at the deadline`)
  if (it.notOpen && !it.failed) notes.push(`${it.notOpen} WebSockets were not let in`)
  if (it.proxyDies) notes.push(`${it.early} WebSockets ended with who held them`)
  if (it.stall > 50) notes.push(`the load itself stood still for up to ${it.stall.toFixed(0)} ms`)
  return [row.title, it.events, it.requests, it.failed ? `${it.failed} (${kinds})` : '0', span(it.gaps), span(it.waits), it.cut, it.proxyDies ? '' : it.early, notes.filter(Boolean).join('; ')]
}

const HEAD = `| event | events | requests | failed | longest gap, ms | longest wait, ms | keep-alive cut | WebSockets cut | besides |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |`

function legend(words) {
  const peers = [`pm2 ${Pm2.version()} (cluster, wait-ready, kill-timeout ${DRAIN_MS + 2_000} ms)`, Passenger.installed() ? `${Passenger.version()} (standalone, builtin engine, which aborts WebSockets of processes that leave unless it is told not to)` : 'no Passenger'].join('; ')
  return `Command: \`./bench/run nothing-dropped${words.length ? ` ${words.join(' ')}` : ''}\`. ${RATE} requests/s, open loop: half over kept connections, half on a new connection each; beside them
10 idle connections, used every two seconds, and 50 WebSockets, an echo each second. The app has two processes where nothing else is said, takes ${START_MS} ms more than Node to start and 5 ms to answer.
Each event is over before the next begins, which short times make possible: min-ready 300ms, monitor 2s, drain ${DRAIN_MS} ms, keep-old 1s (60s for rollbacks),
a canary by 10%:2s,50%:1s,100%; max-queue 5000, so that all who come while the only process starts find room. Counting begins ${WARM_UP / 1_000} s after the load.
*failed*: no 2xx, refused, reset, cut, or without an answer for 15 s; what a bad release itself answered is counted apart. *Gap*: between two successful answers; *wait*: of a successful answer, from the instant its request was due: medians
of the events' longest (of two the longer one), in brackets the worst of all. *Keep-alive cut*: connections closed between two requests, without \`Connection: close\` and long before their timeout. *WebSockets cut*: before their deadline, or without a Close frame.

Peers: ${peers}.
`
}

const USAGE = `./bench/run nothing-dropped [--events N] [--rows NAME,…] [--peers on|off] [--write]
  --events  of each row (20)
  --rows    some of: ${DEFAULT_ROWS.join(' ')} (all)
  --peers   whether rows of pm2 and Passenger are measured, too (on)
  --write   the table is also appended to bench/RESULTS.md`

function options(words) {
  const chosen = { events: '20', rows: DEFAULT_ROWS.join(','), peers: 'on' }
  for (let i = 0; i < words.length; i++) {
    const name = words[i].replace(/^--/, '')
    if (name === 'help') {
      console.log(USAGE)
      process.exit()
    }
    if (name === 'write') chosen.write = true
    else if (name in chosen && words[i + 1] !== undefined) chosen[name] = words[++i]
    else throw new Error(`'${words[i]}' is not understood.\n${USAGE}`)
  }
  const rows = chosen.rows.split(',')
  for (const row of rows) if (!ROWS[row]) throw new Error(`there is no row '${row}'.\n${USAGE}`)
  return { ...chosen, events: Number(chosen.events), rows: rows.filter(row => chosen.peers === 'on' || !ROWS[row].peer) }
}

async function main() {
  const words = process.argv.slice(2)
  const { events, rows, write } = options(words)
  const lines = []
  const print = line => { lines.push(line); console.log(line) }
  const load = os.loadavg()[0].toFixed(1)
  const alone = await startTime()
  print(`### Nothing dropped, ${new Date().toISOString().slice(0, 10)}\n`)
  print(`${await Footplate.version()}; node ${process.version}; Linux ${os.release()}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}, load before the run ${load}.`)
  print(legend(words.filter(word => word !== '--write')))
  print(HEAD)
  for (const name of rows) {
    const row = ROWS[name]
    say(name)
    const needs = row.needs ? await row.needs() : row.peer === Passenger && !Passenger.installed() ? 'the package `passenger` is not installed' : true
    if (needs !== true) {
      print(`| ${row.title} | not measured: ${needs} | | | | | | | |`)
      continue
    }
    try {
      print(`| ${told(row, await measure(name, events), alone).join(' | ')} |`)
    } catch (failure) {
      print(`| ${row.title} | not measured: ${failure.message.split('\n')[0].replaceAll('|', '/')} | | | | | | | |`)
      say(failure.stack)
    }
  }
  if (write) fs.appendFileSync(path.join(here, 'RESULTS.md'), `\n${lines.join('\n')}\n`)
}

try {
  await main()
} finally {
  clean()
}
