// Exporting codes, maps and pictures: what is written, of which images, and that pictures are asked for by name.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import { EXPORTS } from '#common/ipc/latent'
import { useApi } from '../../api'
import { useJobs, useNotices } from '../../stores'
import { plural } from '../../stores/format'
import { counted, useCodes } from './codes'
import { useCodeMap } from './map'
import { usePicks } from './picks'

export type ExportFile = (typeof EXPORTS)[number]
export const isPicture = (file: ExportFile): boolean => file.startsWith('pictures')

export const useCodeExport = defineStore('codeExport', () => {
  const api = useApi()
  const codes = useCodes()
  const jobs = useJobs()
  const map = useCodeMap()
  const notices = useNotices()
  const picks = usePicks()

  const files = shallowReactive(new Set<ExportFile>(['codes.npy', 'codes.csv', 'projection.csv']))
  const onlyChosen = ref(false)
  const error = shallowRef<SagittaError | null>(null)
  const withPictures = computed(() => [...files].some(isPicture))
  const count = computed(() =>
    onlyChosen.value && picks.chosen ? picks.chosen.indices.length : (codes.current?.count ?? 0),
  )

  /** @returns whether files were written. */
  const run = async (): Promise<boolean> => {
    const set = codes.current
    if (!set || files.size === 0) return false
    error.value = null
    const { path: folder } = await api.app.chooseFolder({ title: 'Folder for the exported files', createAllowed: true })
    if (folder === null) return false
    try {
      const written = await jobs.track(
        { kind: 'export', title: `Exporting ${plural(count.value, 'code')}`, progressOf: counted('files') },
        api.latent.export({
          ...{ codes: set.codes, folder, withPictures: withPictures.value },
          files: EXPORTS.filter(file => files.has(file)),
          indices: onlyChosen.value && picks.chosen ? Array.from(picks.chosen.indices) : null,
          projection: map.projection,
        }),
      )
      notices.say({
        tone: 'ok',
        text: `${plural(written.files.length, 'file')} written.`,
        sub: written.notices.join(' '),
        action: { title: 'Show', run: () => api.app.showInFolder({ path: written.files[0] ?? folder }) },
      })
      return true
    } catch (thrown) {
      const failed = asSagittaError(thrown)
      if (failed.code !== 'cancelled') error.value = failed
      return false
    }
  }

  return { files, onlyChosen, withPictures, count, error, run }
})
