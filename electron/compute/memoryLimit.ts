// How much memory a training may take.
import { totalmem } from 'node:os'

/** Share of the machine's memory; window, services and system need the rest. */
const SHARE = 0.6

/** Bytes. Plans and runs refuse what is estimated to need more, before anything is allocated. */
export const trainingMemoryBytes = (): number => totalmem() * SHARE
