// What is measured and how: CPU and memory of process trees from /proc, load by wrk, medians and spreads.
import { execFile, execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const report = path.join(path.dirname(fileURLToPath(import.meta.url)), 'report.lua')
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

export const sleep = ms => new Promise(done => setTimeout(done, ms))

/** The process and everything below it. */
export function tree(pid) {
  const all = [pid]
  for (const task of fs.readdirSync(`/proc/${pid}/task`)) {
    const children = fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim()
    for (const child of children ? children.split(' ') : []) all.push(...tree(Number(child)))
  }
  return all
}

/** Seconds of CPU, user and system, that these processes have used so far. */
export function cpu(pids) {
  let ticks = 0
  for (const pid of pids) {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / TICKS
}

/** Resident bytes of these processes; what several of them share counts once in all (PSS). */
export function memory(pids) {
  let kilobytes = 0
  for (const pid of pids) {
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1])
  }
  return kilobytes * 1024
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * One run of wrk.
 *
 * @param load.port where to
 * @param load.path what
 * @param load.connections how many
 * @param load.threads of wrk
 * @param load.method GET if it is not given
 * @param load.body bytes of each request's body
 * @param load.close a new connection for each request
 */
export function wrk(load, seconds) {
  const words = ['-t', String(load.threads ?? 1), '-c', String(load.connections), '-d', `${seconds}s`, '--latency', '--timeout', '10s',
    '-s', report, `http://127.0.0.1:${load.port}${load.path ?? '/'}`, '--',
    load.method ?? 'GET', String(load.body ?? 0), load.close ? 'close' : 'keep']
  return new Promise((done, failed) => {
    execFile('wrk', words, { timeout: (seconds + 30) * 1000 }, (error, out, err) => {
      const line = /^REPORT (.*)$/m.exec(out)
      if (error || !line) return failed(new Error(`wrk ${words.join(' ')}: ${error ?? ''}\n${out}${err}`))
      done(JSON.parse(line[1]))
    })
  })
}

/** A load on a server, and what of the machine the server used meanwhile: {rate, cpu, p50} with CPU seconds per request. */
export async function measured(server, load, seconds) {
  const pids = server.pids()
  const before = cpu(pids)
  const result = await wrk({ ...load, port: server.port }, seconds)
  const used = cpu(pids) - before
  if (result.errors || !result.requests) {
    throw new Error(`${server.name}: ${result.errors} of ${result.requests} requests failed (${JSON.stringify(load)})`)
  }
  return { rate: result.requests / (result.micros / 1e6), cpu: used / result.requests, p50: result.p50, p99: result.p99, requests: result.requests }
}
