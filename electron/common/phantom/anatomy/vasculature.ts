// The great vessels of the belly: aorta with its branches, caval vein, the veins of gut and kidneys on their way to the liver.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { tube, type Knot } from '../shapes/primitives'
import { part, type Part } from './part'
import { spineY } from './spine'

/** In front of the vertebral bodies by `gapMm`. */
const before = (z: number, gapMm: number): number => spineY(z) - 17 - gapMm

export function greatVessels(patient: PhantomPatient, random: Random): Part[] {
  const { artery, vein } = patient.enhancement
  const wide = random.between(9.2, 11)
  const aorta = tube([
    [22, before(240, 4), 240, wide + 1.5],
    [20, before(120, 6), 120, wide + 1],
    [10, before(40, 9), 40, wide],
    [5, before(-60, 9), -60, wide - 1],
    [3, before(-140, 8), -140, wide - 2],
    [2, before(-240, 8), -240, wide - 2],
  ])
  const cava: Knot[] = [
    [-12, -12, 96, 12],
    [-18, 6, 62, 12],
    [-20, before(10, 10), 10, 12],
    [-21, before(-60, 10), -60, 11],
    [-19, before(-150, 9), -150, 10],
    [-19, before(-240, 9), -240, 10],
  ]
  const blood = (knots: Knot[], hu: number): Part => part(tube(knots), { hu })
  const calcified = tube([
    [14, before(-70, 7), -74, 1.8],
    [14, before(-70, 7), -88, 1.6],
  ])
  return [
    blood(
      [
        [4, before(-18, 19), -18, 4],
        [2, before(-60, 30), -50, 3.5],
        [-2, -18, -110, 3],
        [-8, -28, -150, 2.5],
      ],
      artery,
    ),
    blood(
      [
        [-8, -8, -34, 6.5],
        [-11, -16, -80, 5.5],
        [-16, -26, -140, 4],
      ],
      vein,
    ),
    blood(
      [
        [5, before(-52, 12), -50, 3],
        [-30, 42, -56, 3],
      ],
      artery,
    ),
    blood(
      [
        [5, before(-42, 12), -42, 3],
        [45, 46, -42, 3],
      ],
      artery,
    ),
    blood(
      [
        [-20, before(-58, 8), -58, 5],
        [-46, 40, -62, 4.5],
      ],
      vein - 8,
    ),
    blood(
      [
        [-18, before(-48, 18), -48, 5],
        [4, before(-48, 21), -46, 4.5],
        [44, 40, -44, 4.5],
      ],
      vein - 8,
    ),
    part(tube(cava), { hu: vein - 20, patchHu: 6 }),
    part(aorta, { hu: artery }),
    part(calcified, { hu: 420 }),
  ]
}
