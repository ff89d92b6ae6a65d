// The part of cornerstone-core 2.6 that imageLayer.ts uses; the package ships no types.
declare module 'cornerstone-core' {
  export interface CornerstoneImage {
    imageId: string
    minPixelValue: number
    maxPixelValue: number
    slope: number
    intercept: number
    windowCenter: number
    windowWidth: number
    getPixelData: () => Int16Array | Uint16Array | Uint8ClampedArray
    rows: number
    columns: number
    height: number
    width: number
    color: boolean
    rgba?: boolean
    columnPixelSpacing: number
    rowPixelSpacing: number
    invert: boolean
    sizeInBytes: number
  }
  export interface CornerstoneViewport {
    scale: number
    translation: { x: number; y: number }
    voi: { windowWidth: number; windowCenter: number }
    invert: boolean
    pixelReplication: boolean
  }
  export function enable(element: HTMLElement): void
  export function disable(element: HTMLElement): void
  export function resize(element: HTMLElement, fit: boolean): void
  export function displayImage(
    element: HTMLElement,
    image: CornerstoneImage,
    viewport?: Partial<CornerstoneViewport>,
  ): void
  export function getViewport(element: HTMLElement): CornerstoneViewport | undefined
  export function setViewport(element: HTMLElement, viewport: Partial<CornerstoneViewport>): void
}
