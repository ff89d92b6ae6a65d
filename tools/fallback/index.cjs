// What `electron <folder>` does, for an Electron that travels without its default_app.asar: loads the app in the given folder.
const { app } = require('electron')
const Module = require('node:module')
const path = require('node:path')

const given = process.argv.slice(1).find(argument => !argument.startsWith('-'))
if (given === undefined) {
  process.stderr.write('electron: which app? Give its folder.\n')
  app.exit(2)
} else {
  const folder = path.resolve(given)
  const manifest = require(path.join(folder, 'package.json'))
  process.defaultApp = true
  app.setName(manifest.productName ?? manifest.name)
  app.setVersion(manifest.version)
  app.setAppPath(folder)
  Module._load(path.join(folder, manifest.main), Module, true)
}
