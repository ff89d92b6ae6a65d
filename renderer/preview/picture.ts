// Shows the welcome page's picture in full: save it as renderer/features/welcome/phantom.png when the phantom changes.
import { phantomPicture } from './phantomPicture'

/** Columns and rows around the body. */
const CROP = { left: 18, top: 62, columns: 348, rows: 226 }

const canvas = document.querySelector('canvas')
const picture = phantomPicture()
if (canvas && picture) {
  canvas.width = CROP.columns
  canvas.height = CROP.rows
  const image = new ImageData(picture.rgba, picture.columns, picture.rows)
  canvas.getContext('2d')?.putImageData(image, -CROP.left, -CROP.top)
}
