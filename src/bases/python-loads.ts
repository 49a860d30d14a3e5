import type { Instruction } from '../dockerfile/index.js';
import { bring, type Scan } from './scan.js';

/** A library that is loaded by its name: `find_library("magic")`, `CDLL("libmagic.so.1")`. */
const LOADED = /\b(?:CDLL|LoadLibrary|find_library|dlopen)\(\s*(['"])(?:lib)?([\w.+-]+?)(?:\.so[\d.]*)?\1/g;
/** The packages of libraries that full images have and slim ones lack. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['magic', 'libmagic1'],
  ['yaml', 'libyaml-0-2'],
  ['xml2', 'libxml2'],
  ['xslt', 'libxslt1.1'],
  ['pq', 'libpq5'],
  ['glib-2.0', 'libglib2.0-0'],
  ['gobject-2.0', 'libglib2.0-0'],
  ['gmp', 'libgmp10'],
  ['maxminddb', 'libmaxminddb0'],
]);
/** Python looks media types up in a list of the system, too. */
const MEDIA_TYPES = /\bmimetypes\.(?:guess_\w+|init|types_map|MimeTypes)\b|\bfrom\s+mimetypes\s+import\b/;
/** More of them, whose packages have other names in each release. */
const LACKING =
  /^(?:curl|event|gdk_pixbuf|png|jpeg|webp|tiff|cairo|pango|fontconfig|freetype|X11|Magick|krb5|gssapi|mysqlclient|mariadb|lcms2|openjp2|rsvg)/;

/** Looks for the libraries of the system that a source loads. */
export function scanLoads(text: string, path: string, at: Instruction, scan: Scan): void {
  if (MEDIA_TYPES.test(text)) bring('/etc/mime.types', ['media-types'], at, scan);
  for (const [call, , name] of text.matchAll(LOADED)) {
    const brought = PACKAGES.get(name!);
    // Without a number it is the name that development packages have for it.
    if (brought !== undefined && name !== 'magic' && /\.so['"]$/.test(call))
      scan.needs.refuse(`${path} loads lib${name!}.so, which slim images lack`, at);
    else if (brought !== undefined) bring(`lib${name!}`, [brought], at, scan);
    else if (LACKING.test(name!)) scan.needs.refuse(`${path} loads lib${name!}, which slim images lack`, at);
  }
}
