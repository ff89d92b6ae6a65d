// A virtual display of our own (Xvfb on a free number), ended with whoever asked for it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Stop } from './paths.mjs'

/** @returns {Promise<{ name: string, stop: () => void }>} `name` is the value for DISPLAY. */
export async function startVirtualDisplay() {
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset']
  const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let complaint = ''
  xvfb.stderr.on('data', chunk => (complaint += chunk))
  const [number] = await Promise.race([once(xvfb.stdio[3], 'data'), once(xvfb, 'close').then(() => [null])])
  if (number === null) throw new Stop(`Xvfb did not start: ${complaint.trim()}`)
  const stop = () => xvfb.kill()
  process.once('exit', stop)
  for (const stream of [xvfb, xvfb.stderr, xvfb.stdio[3]]) stream.unref()
  return { name: `:${String(number).trim()}`, stop }
}
