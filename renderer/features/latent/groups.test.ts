// @vitest-environment happy-dom
// Named groups of images, and sums of codes with them: pure parts, and the stores over the fake.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImageGroup } from '#common/ipc/project'
import { alongDifference, meanCode } from '#common/latent/sums'
import { createFakeApi, latentModel } from '../../api/fake'
import { useModels, useProject } from '../../stores'
import { inApp, until, withStores } from '../../testing/stores'
import { byShared, useArithmetic } from './arithmetic'
import { useCodes } from './codes'
import { useColours } from './colours'
import { useGroups } from './groups'
import { groupNames, groupsHere, nameFault, nextGroupId, originOf } from './imageGroups'
import { usePicks } from './picks'
import { useTraverse } from './traverse'
import { codeAt } from './units'

const group = (id: string, name: string, images: string[], of = 'project'): ImageGroup => ({ id, name, of, images })

describe('groups', () => {
  const indexOf = new Map(['a', 'b', 'c'].map((id, n) => [id, n]))

  it('are found again by their images, as far as these are coded, and only among images of the same origin', () => {
    const all = [
      group('1', 'Two', ['c', 'gone', 'a']),
      group('2', 'Other', ['a'], '/pictures'),
      group('3', 'No', ['x']),
    ]
    expect(groupsHere(all, 'project', indexOf).map(({ group: { name }, indices }) => [name, ...indices])).toEqual([
      ['Two', 0, 2],
    ])
  })

  it('an image in two groups has the colour of the one named last', () => {
    const here = groupsHere([group('1', 'Old', ['a', 'b']), group('2', 'New', ['b'])], 'project', indexOf)
    expect(groupNames(here, 3, '–')).toEqual(['Old', 'New', '–'])
  })

  it('have names of their own, whatever the case', () => {
    const all = [group('1', 'Dilated', ['a'])]
    expect(nameFault(' dilated ', all)).toContain('Another group')
    expect(nameFault('dilated', all, '1')).toBeNull()
    expect(nameFault('  ', all)).toContain('needs a name')
  })

  it('get ids that no group has', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat().map(String), fc.string())), ids => {
        const all = ids.map(id => group(id, id, ['a']))
        expect(ids).not.toContain(nextGroupId(all))
      }),
    )
  })

  it('belong to the project, or to a folder or file of images', () => {
    expect(originOf({ kind: 'studies', cases: [], size: [8, 8] })).toBe('project')
    expect(originOf({ kind: 'npz', file: '/data/chest.npz' })).toBe('/data/chest.npz')
  })
})

describe('sums of codes', () => {
  it('go the whole way from one mean to the other by an amount of 1', () => {
    const of = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(of, of, of, (from, added, taken) => {
        const [a, b, c] = [from, added, taken].map(values => Float32Array.from(values)) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ]
        expect(alongDifference(a, b, c, 0)).toEqual(a)
        alongDifference(c, b, c, 1).forEach((value, d) => expect(value).toBeCloseTo(b[d]!, 4))
      }),
    )
  })

  it('names that all images share are nothing to add', () => {
    expect(byShared('patient', ['A', 'A'])).toEqual([])
    expect(byShared('patient', ['B', '', 'A', 'B']).map(({ name, indices }) => [name, ...Array.from(indices)])).toEqual(
      [
        ['A', 2],
        ['B', 0, 3],
      ],
    )
  })
})

async function coded() {
  const fake = createFakeApi()
  const { world } = fake
  const model = latentModel({})
  world.latentModels = [model]
  world.models = [
    {
      ...{
        path: model.model,
        name: model.name,
        task: 'vae',
        segments: false,
        description: '',
        origin: 'run',
        labels: [],
        modality: '',
      },
      ...{ spacingMm: null, caveat: null, metrics: {}, createdAt: model.createdAt, bytes: 1 },
    },
  ]
  world.project = {
    ...world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: world.volumes.map(({ info }) => ({
      ...{ volumeId: info.id, path: info.source, status: 'here', info, labelled: false },
    })),
  }
  const stores = withStores(fake)
  const used = inApp(stores, () => ({
    ...{ arithmetic: useArithmetic(), codes: useCodes(), colours: useColours(), groups: useGroups() },
    ...{ models: useModels(), picks: usePicks(), project: useProject(), traverse: useTraverse() },
  }))
  await used.project.load()
  await used.models.load()
  await until(() => used.codes.ready === true)
  await used.codes.encode()
  await until(() => used.traverse.point !== null)
  return { ...used, world }
}

describe('in the workspace', () => {
  it('named images colour the map, and are chosen again under their name', async () => {
    const { codes, colours, groups, picks, world } = await coded()
    expect(colours.possible).not.toContain('group')
    await groups.name('Low', [0, 1, 2])
    expect(world.groups).toEqual([group('1', 'Low', [...codes.current!.ids.slice(0, 3)])])
    colours.by = 'group'
    const { colouring } = colours
    if (colouring?.kind !== 'categories') throw new Error('groups are categories')
    expect(colouring.categories.map(({ name, count }) => [name, count])).toEqual([
      ['Low', 3],
      ['No group', codes.current!.count - 3],
    ])
    const [low] = groups.here
    picks.choose('group', low!.indices, low!.group.name)
    picks.endFromChosen('a')
    expect(picks.ends.a!.title).toBe('middle of Low')
    await groups.rename(low!.group, ' High ')
    expect(groups.here.map(({ group: { name } }) => name)).toEqual(['High'])
    await groups.remove(groups.here[0]!.group)
    expect(colours.possible).not.toContain('group')
  })

  it('a sum starts at the moved point, follows its amount, and ends when the point is moved from elsewhere', async () => {
    const { arithmetic, codes, groups, traverse } = await coded()
    await groups.name('Low', [0, 1])
    await groups.name('High', [5])
    const { values, units } = codes.current!
    arithmetic.plus = 'group 1'
    arithmetic.minus = 'group 2'
    const start = traverse.point!.slice()
    arithmetic.slide(0.5)
    const [low, high] = [meanCode(values, units, [0, 1]), codeAt(values, units, 5)]
    expect(traverse.point).toEqual(alongDifference(start, low, high, 0.5))
    arithmetic.slide(1)
    expect(traverse.point).toEqual(alongDifference(start, low, high, 1))
    arithmetic.minus = 'all'
    const all = meanCode(values, units, [...codes.current!.ids.keys()])
    await until(() => traverse.point![0] === alongDifference(start, low, all, 1)[0])
    traverse.move(0, 3)
    await until(() => arithmetic.amount === 0)
    expect(traverse.point![0]).toBe(3)
    arithmetic.slide(0)
    expect(traverse.point![0]).toBe(3)
  })
})
