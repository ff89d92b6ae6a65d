// The command that takes in a model made elsewhere.
import { useApi } from '../../api'
import { useCommands, useDialogs } from '../../stores'

/** Call once, in the app's setup. */
export function useImportCommands(): void {
  const api = useApi()
  const commands = useCommands()
  const dialogs = useDialogs()

  commands.register([
    {
      id: 'models.import',
      title: 'Import a segmentation model (ONNX)',
      group: 'Segment',
      run: async () => {
        const { path } = await api.app.chooseFile({
          title: 'A segmentation model made elsewhere',
          extensions: ['onnx'],
        })
        if (path !== null) dialogs.show({ name: 'import-model', file: path })
      },
    },
  ])
}
