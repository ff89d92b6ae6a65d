// More patients of the phantom, drawn from a seed: for models that ship, and for testing on people nobody has looked at.
import type { PhantomPatient } from './patients'
import { createRandom, type Random } from './random'

/** Field of view along the body, mm; as the sample's. */
const LENGTH_MM = 286

/**
 * Patients who differ as those of the sample do: size of the body, fat, timing of the contrast, voxels, noise. The same seed draws the
 * same ones, and the first few of many are those drawn when few are asked for.
 * @param prefix of their ids, like `PT`: they become PT-0001, PT-0002...
 */
export function drawPatients(
  seed: number,
  count: number,
  prefix: string,
  use: PhantomPatient['use'],
): PhantomPatient[] {
  return Array.from({ length: count }, (_, n) => {
    const number = String(n + 1).padStart(4, '0')
    return drawPatient(createRandom(seed, `patient ${n}`), `${prefix}-${number}`, `Phantom^${prefix} ${number}`, use)
  })
}

function drawPatient(random: Random, id: string, name: string, use: PhantomPatient['use']): PhantomPatient {
  const between = (low: number, high: number, digits: number): number =>
    Number(random.between(low, high).toFixed(digits))
  const liver = random.integer(97, 109)
  const pixelMm = between(1.5, 1.68, 2)
  const sliceMm = between(2.4, 3.05, 2)
  return {
    seed: random.integer(10_000, 1_000_000_000),
    id,
    name,
    sex: random.integer(0, 1) === 0 ? 'F' : 'M',
    age: `0${random.integer(35, 79)}Y`,
    weightKg: random.integer(55, 98),
    use,
    size: [256, 256, Math.round(LENGTH_MM / sliceMm)],
    spacingMm: [pixelMm, pixelMm, sliceMm],
    scale: [between(1.05, 1.17, 2), between(0.99, 1.12, 2), between(0.98, 1.04, 2)],
    fat: between(0.85, 1.3, 2),
    enhancement: {
      liver,
      spleen: liver + random.integer(24, 29),
      kidney: liver + random.integer(64, 74),
      artery: liver + random.integer(40, 46),
      vein: liver + random.integer(46, 54),
    },
    noiseHu: between(11.8, 13.2, 1),
  }
}
