// Worker thread of the decode pool: a frame in, its words out, one at a time.
import { parentPort } from 'node:worker_threads'
import { decodeFrame } from './codec'
import type { DecodeAnswer, DecodeJob } from './pool'

const port = parentPort
port?.on('message', (job: DecodeJob) => {
  decodeFrame(job.encoded, job.codec, job.layout).then(
    frame => {
      const answer: DecodeAnswer = { frame }
      port.postMessage(answer, frame.bytes.buffer instanceof ArrayBuffer ? [frame.bytes.buffer] : [])
    },
    (thrown: unknown) => {
      const answer: DecodeAnswer = { failure: thrown instanceof Error ? thrown.message : String(thrown) }
      port.postMessage(answer)
    },
  )
})
