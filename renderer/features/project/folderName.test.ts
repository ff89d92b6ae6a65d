import { describe, expect, it } from 'vitest'
import { folderName, joined } from './folderName'

describe('folder of a project', () => {
  it.each([
    ['Liver: 2nd reader', 'Liver 2nd reader'],
    ['  a/b\\c  ', 'a b c'],
    ['médical 影像 (1)', 'médical 影像 (1)'],
    ['ends with dots...', 'ends with dots'],
    ['tab\there', 'tab here'],
    ['???', 'project'],
    ['', 'project'],
  ])('%j is kept in %j', (name, folder) => expect(folderName(name)).toBe(folder))

  it('is joined with the separator of its parent', () => {
    expect(joined('/home/anna', 'x')).toBe('/home/anna/x')
    expect(joined('/', 'x')).toBe('/x')
    expect(joined('C:\\Users\\Anna', 'x')).toBe('C:\\Users\\Anna\\x')
  })
})
