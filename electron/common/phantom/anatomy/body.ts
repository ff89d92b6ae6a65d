// The whole body in painting order: what is painted later lies over what came before.
import type { PhantomPatient } from '../patients'
import { createRandom, type Random } from '../random'
import { cached, grown, union, without } from '../shapes/shape'
import { bowel } from './bowel'
import { kidneys } from './kidneys'
import { lesions } from './lesions'
import { liver } from './liver'
import type { Part } from './part'
import { ribs } from './ribs'
import { spleen } from './spleen'
import { spinalMuscles } from './spinalMuscles'
import { spine } from './spine'
import { thorax } from './thorax'
import { torso } from './torso'
import { pancreas, stomach } from './upperGut'
import { greatVessels } from './vasculature'

export function body(patient: PhantomPatient): Part[] {
  const random = (organ: string): Random => createRandom(patient.seed, organ)
  const trunk = torso(patient)
  const chest = thorax(patient, random('thorax'), trunk.cavity)
  const room = [grown(-3, trunk.cavity), grown(-1.5, chest.dome)]
  const { right, left } = kidneys(patient, random('kidneys'))
  // The liver alone lies bare against wall and diaphragm.
  const theLiver = liver(patient, random('liver'), [grown(-1, trunk.cavity), chest.dome], [right.whole, left.whole])
  const theStomach = stomach(random('stomach'), room, theLiver.shape)
  const theSpleen = spleen(patient, random('spleen'), room, theStomach.shape, left.whole)
  const solid = union(theLiver.shape, theStomach.shape, theSpleen.shape)
  const bowelRoom = cached(without(3, grown(-5, trunk.cavity), grown(1.2, solid)))
  return [
    ...trunk.parts,
    ...chest.parts,
    ...bowel(random('bowel'), bowelRoom),
    ...pancreas(random('pancreas')),
    ...greatVessels(patient, random('vessels')),
    ...spinalMuscles(trunk.cage),
    ...theSpleen.parts,
    ...right.parts,
    ...left.parts,
    ...theLiver.parts,
    ...theStomach.parts,
    ...ribs(trunk.cage),
    ...spine(random('spine')),
    ...lesions(patient, random('lesions'), { liver: theLiver.shape, spleen: theSpleen.shape, lungs: chest.lungs }),
  ]
}
