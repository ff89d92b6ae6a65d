// The whole body in painting order: what is painted later lies over what came before.
import type { PhantomPatient } from '../patients'
import { createRandom, type Random } from '../random'
import { grown } from '../shapes/shape'
import { abdomen } from './abdomen'
import { bowel } from './bowel'
import { lesions } from './lesions'
import { liver } from './liver'
import type { Part } from './part'
import { ribs } from './ribs'
import { spinalMuscles, spine } from './spine'
import { thorax } from './thorax'
import { torso } from './torso'
import { greatVessels } from './vasculature'

export function body(patient: PhantomPatient): Part[] {
  const random = (organ: string): Random => createRandom(patient.seed, organ)
  const trunk = torso(patient)
  const chest = thorax(patient, random('thorax'), trunk.cavity)
  const room = [grown(-3, trunk.cavity), grown(-1.5, chest.dome)]
  const belly = abdomen(patient, random('abdomen'), room)
  const bareRoom = [grown(-1, trunk.cavity), chest.dome]
  const theLiver = liver(patient, random('liver'), bareRoom, [belly.kidneys])
  return [
    ...trunk.parts,
    ...chest.parts,
    ...bowel(random('bowel'), grown(-5, trunk.cavity)),
    ...belly.hollow,
    ...greatVessels(patient, random('vessels')),
    ...spinalMuscles(trunk.cage),
    ...belly.firm,
    ...theLiver.parts,
    ...ribs(trunk.cage),
    ...spine(random('spine')),
    ...lesions(patient, random('lesions'), { liver: theLiver.shape, spleen: belly.spleen, lungs: chest.lungs }),
  ]
}
