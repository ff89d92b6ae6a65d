// @vitest-environment happy-dom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { createFakeApi } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { until } from '../../testing/stores'
import { useDialogs, useNotices } from '../../stores'
import DropZone from './DropZone.vue'

let wrapper: VueWrapper | null = null
afterEach(() => wrapper?.unmount())

function open() {
  const fake = createFakeApi()
  const stores = {} as { dialogs: ReturnType<typeof useDialogs>; notices: ReturnType<typeof useNotices> }
  wrapper = mountWith(DropZone, {
    fake,
    setup: () => void Object.assign(stores, { dialogs: useDialogs(), notices: useNotices() }),
  })
  return { ...fake, ...stores }
}

/** What a file manager lets go of over the window. */
function drop(...names: string[]): void {
  const event = new Event('drop', { bubbles: true, cancelable: true })
  const files = names.map(name => new File([''], name))
  Object.assign(event, { dataTransfer: { types: ['Files'], files } })
  document.dispatchEvent(event)
}

it('a dropped model is offered for import, scans beside it are read', async () => {
  const { dialogs, notices } = open()
  drop('lung.ONNX', 'nothing here')
  expect(dialogs.current).toEqual({ name: 'import-model', file: '/dropped/lung.ONNX' })
  await until(() => notices.history.length > 0)
})

it('a model alone adds no scans', async () => {
  const { dialogs, notices, world } = open()
  drop('lung.onnx')
  await until(() => dialogs.current !== null)
  expect(world.project).toBeNull()
  expect(notices.history).toEqual([])
})
