/**
 * The simulator's process. Against the reference model it runs alone; against the real
 * handlers it asks its parent, one JSON line each way, to be the server.
 *
 *   node simulate.mjs '{"seeds":100,"first":0,"steps":120,"sabotage":null,"server":"reference","seconds":0,"focus":[],"tries":400}'
 */
import { createInterface } from 'node:readline'
import { ReferenceServer } from './reference'
import { isClientSabotage, runSeed, shrink } from './simulate'
import type { Control, Quirks, Request, Response, Server, ServerSabotage, Setup, Truth } from './server'

interface Options {
  seeds: number
  first: number
  steps: number
  sabotage: string | null
  server: 'reference' | 'parent'
  /** Stop after this long even when seeds are left; 0 for no limit. */
  seconds: number
  /** Kinds of action that are to happen often. */
  focus: string[]
  /** How many shorter stories to try when one fails. */
  tries: number
}

class ParentServer implements Server {
  private readonly lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

  private async ask<T>(message: object): Promise<T> {
    process.stdout.write(`${JSON.stringify(message)}\n`)
    const line = await this.lines.next()
    if (line.done) throw new Error('the server went away')
    const reply = JSON.parse(line.value) as { ok: T } | { error: string }
    if ('error' in reply) throw new Error(reply.error)
    return reply.ok
  }

  reset(seed: number, quirks: Quirks): Promise<Setup> {
    return this.ask({ ask: 'reset', seed, quirks })
  }

  request(request: Request, nowMs: number): Promise<Response> {
    return this.ask({ ask: 'request', request, nowMs })
  }

  async control(control: Control, nowMs: number): Promise<void> {
    await this.ask({ ask: 'control', control, nowMs })
  }

  truth(): Promise<Truth> {
    return this.ask({ ask: 'truth' })
  }
}

/** However slow the machine: fewer seeds show nothing. */
const LEAST = 5

const options = JSON.parse(process.argv[2] ?? '{}') as Options
const client = isClientSabotage(options.sabotage) ? options.sabotage : null
const server: Server = options.server === 'parent'
  ? new ParentServer()
  : new ReferenceServer(client === null ? (options.sabotage as ServerSabotage | null) : null)

const started = performance.now()
let done = 0
let failure = null
for (let seed = options.first; seed < options.first + options.seeds; seed++) {
  failure = await runSeed(server, seed, options.steps, client, options.focus)
  done += 1
  if (failure) {
    failure = await shrink(server, failure, options.steps, client, options.focus, options.tries)
    break
  }
  if (options.seconds > 0 && done >= LEAST && performance.now() - started > options.seconds * 1000) break
}
const seconds = (performance.now() - started) / 1000
process.stdout.write(`${JSON.stringify({ ask: 'done', seeds: done, seconds, failure })}\n`)
process.exit(0)
