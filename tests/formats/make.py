#!/usr/bin/env python3
"""Writes one small file of each format into this folder, by programs that are not tamis.

Each holds `Employee SSN: 536-90-4399` (a made-up number) once, and a near miss beside it. Text formats are kept by hand.
Needs: pip install python-docx openpyxl python-pptx xlwt pyarrow fastavro py7zr zstandard lz4 msoffcrypto-tool pillow
"""
import bz2, gzip, io, lzma, os, sqlite3, struct, sys, tarfile, zipfile, zlib

SSN = "Employee SSN: 536-90-4399"
MISS = "Employee SSN: 000-90-4399"
TEXT = f"{SSN}\n{MISS}\n".encode()
os.chdir(os.path.dirname(os.path.abspath(__file__)))


def put(name, content):
    with open(name, "wb") as file:
        file.write(content)


def zipped(*members, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def compound(streams):
    """A compound file of version 3; streams are filled up to 4,096 bytes, so that all lie in sectors."""
    streams = [(name, content + bytes(-len(content) % 512) + bytes(max(0, 4096 - len(content) - -len(content) % 512)))
               for name, content in streams]
    entries = len(streams) + 1
    folder_sectors = (entries * 128 + 511) // 512
    sectors, table = b"", []
    starts = []
    for _, content in streams:
        starts.append(len(table))
        count = len(content) // 512
        table += [len(table) + i + 1 for i in range(count - 1)] + [0xFFFFFFFE]
        sectors += content
    folder = len(table)
    table += [folder + i + 1 for i in range(folder_sectors - 1)] + [0xFFFFFFFE]

    def entry(name, kind, child, left, right, start, size):
        wide = name.encode("utf-16-le")
        return (wide + bytes(64 - len(wide)) + struct.pack("<HBBIII", len(wide) + 2, kind, 1, left, right, child)
                + bytes(36) + struct.pack("<IQ", start, size))

    none = 0xFFFFFFFF
    listed = entry("Root Entry", 5, 1, none, none, 0xFFFFFFFE, 0)
    for index, (name, content) in enumerate(streams):
        right = index + 2 if index + 1 < len(streams) else none
        listed += entry(name, 2, none, none, right, starts[index], len(content))
    sectors += listed + bytes(folder_sectors * 512 - len(listed))
    tables = (len(table) + 127) // 128
    while (len(table) + tables + 127) // 128 > tables:
        tables += 1
    first = len(table)
    table += [0xFFFFFFFD] * tables
    table += [0xFFFFFFFF] * (tables * 128 - len(table))
    header = (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
              + struct.pack("<IIIIIIIII", 0, tables, folder, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0))
    header += struct.pack(f"<{tables}I", *range(first, first + tables)) + b"\xFF" * (4 * (109 - tables))
    return header + sectors + struct.pack(f"<{len(table)}I", *table)


def office():
    import docx, openpyxl, pptx, xlwt
    from msoffcrypto.format.ooxml import OOXMLFile
    document = docx.Document()
    document.add_paragraph(SSN)
    document.add_paragraph(MISS)
    document.save("docx.docx")
    book = openpyxl.Workbook()
    book.active.append(["Employee SSN", "note"])
    book.active.append(["536-90-4399", "a"])
    book.active.append(["000-90-4399", "b"])
    book.save("xlsx.xlsx")
    old = xlwt.Workbook()
    sheet = old.add_sheet("Staff")
    for row, value in enumerate(["Employee SSN", "536-90-4399", "000-90-4399"]):
        sheet.write(row, 0, value)
    old.save("xls.xls")
    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    slide.shapes.add_textbox(0, 0, 100, 100).text_frame.text = SSN
    slides.save("pptx.pptx")
    with open("docx.docx", "rb") as plain, open("encrypted-office.docx", "wb") as locked:
        # The password that Office itself tries.
        OOXMLFile(plain).encrypt("VelvetSweatshop", locked)

    def opendocument(name, kind, body):
        names = ' '.join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in
                         [("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing")])
        content = f'<office:document-content {names}><office:body>{body}</office:body></office:document-content>'
        media = f"application/vnd.oasis.opendocument.{kind}"
        manifest = ('<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/></manifest:manifest>')
        put(name, zipped(("mimetype", media), ("content.xml", content), ("META-INF/manifest.xml", manifest),
                         stored=["mimetype"]))

    lines = f"<text:p>{SSN}</text:p><text:p>{MISS}</text:p>"
    opendocument("odt.odt", "text", f"<office:text>{lines}</office:text>")
    opendocument("odp.odp", "presentation",
                 f'<office:presentation><draw:page draw:name="p1">{lines}</draw:page></office:presentation>')
    cell = lambda text: f'<table:table-row><table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell></table:table-row>'
    cells = "".join(map(cell, ["Employee SSN", "536-90-4399", "000-90-4399"]))
    opendocument("ods.ods", "spreadsheet",
                 f'<office:spreadsheet><table:table table:name="Staff">{cells}</table:table></office:spreadsheet>')
    package = ('<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest><item id="a" href="a.xhtml" '
               'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>')
    container = ('<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
                 'full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{SSN}</p><p>{MISS}</p></body></html>'
    put("epub.epub", zipped(("mimetype", "application/epub+zip"), ("META-INF/container.xml", container),
                            ("a.opf", package), ("a.xhtml", page), stored=["mimetype"]))


def old_office():
    text = f"{SSN}\r{MISS}\r".encode()
    fib = bytearray(1024)
    struct.pack_into("<HH", fib, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", fib, 10, 0x0200)
    struct.pack_into("<II", fib, 0x18, 1024, 1024 + len(text))
    struct.pack_into("<H", fib, 32, 14)
    struct.pack_into("<H", fib, 62, 22)
    struct.pack_into("<I", fib, 0x4C, len(text))
    struct.pack_into("<H", fib, 152, 93)
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 1 << 30 | 1024 * 2, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", fib, 0x1A2, 0, len(clx))
    put("doc.doc", compound([("1Table", clx), ("WordDocument", bytes(fib) + text)]))
    atom = struct.pack("<HHI", 0, 0x0FA8, len(TEXT)) + TEXT.replace(b"\n", b"\r")
    slide = struct.pack("<HHI", 0x0F, 0x0FF0, len(atom)) + atom
    put("ppt.ppt", compound([("PowerPoint Document", struct.pack("<HHI", 0x0F, 0x03E8, len(slide)) + slide)]))
    wide = lambda text: text.encode("utf-16-le")
    put("msg.msg", compound([("__properties_version1.0", bytes(32)), ("__substg1.0_0037001F", wide("Staff")),
                             ("__substg1.0_1000001F", wide(f"{SSN}\r\n{MISS}\r\n"))]))
    attribute = lambda level, id, content: struct.pack("<BII", level, id, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)
    put("tnef.dat", struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00018004, b"Staff\0") +
        attribute(1, 0x0002800C, f"{SSN}\r\n{MISS}\r\n\0".encode()))
    put("ole.bin", compound([("Contents", wide(f"{SSN}\r\n{MISS}\r\n"))]))


def archives():
    import lz4.frame, py7zr, zstandard
    put("zip.zip", zipped(("staff.txt", TEXT)))
    put("gzip.gz", gzip.compress(TEXT, mtime=0))
    put("bzip2.bz2", bz2.compress(TEXT))
    put("xz.xz", lzma.compress(TEXT))
    alone = lzma.compress(TEXT, format=lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    put("lzma.lzma", alone)
    body = alone[13:]
    put("lzip.lz", b"LZIP\x01\x10" + body + struct.pack("<IQQ", zlib.crc32(TEXT), len(TEXT), len(body) + 26))
    put("zstd.zst", zstandard.ZstdCompressor(write_checksum=True).compress(TEXT))
    put("lz4.lz4", lz4.frame.compress(TEXT, content_checksum=True))
    bits = "".join(format(byte, "09b")[::-1] for byte in TEXT)
    bits += "0" * (-len(bits) % 8)
    put("compress.Z", b"\x1F\x9D\x90" + bytes(int(bits[i:i + 8][::-1], 2) for i in range(0, len(bits), 8)))
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo("staff.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    put("tar.tar", tar.getvalue()[:512 * 4])
    seven = io.BytesIO()
    with py7zr.SevenZipFile(seven, "w") as archive:
        archive.writestr(TEXT, "staff.txt")
    put("7z.7z", seven.getvalue())
    header = f"{'staff.txt/':<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(TEXT):<10}`\n".encode()
    put("ar.a", b"!<arch>\n" + header + TEXT + b"\n" * (len(TEXT) % 2))

    def newc(name, content):
        numbers = [1, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0]
        head = b"070701" + b"".join(b"%08x" % number for number in numbers) + name + b"\0"
        head += bytes(-len(head) % 4)
        return head + content + bytes(-len(content) % 4)

    cpio = newc(b"staff.txt", TEXT) + newc(b"TRAILER!!!", b"")
    put("cpio.cpio", cpio)

    def section(tags):
        index, store = b"", b""
        for tag, value in tags:
            index += struct.pack(">IIII", tag, 6, len(store), 1)
            store += value + b"\0"
        return b"\x8E\xAD\xE8\x01" + bytes(4) + struct.pack(">II", len(tags), len(store)) + index + store

    lead = b"\xED\xAB\xEE\xDB\x03\0" + bytes(70) + struct.pack(">H", 5) + bytes(16)
    lead = lead[:78] + struct.pack(">H", 5) + bytes(16)
    signature = section([])
    main = section([(1000, b"staff"), (1124, b"cpio"), (1125, b"gzip")])
    put("rpm.rpm", lead + signature + bytes(-len(signature) % 8) + main + gzip.compress(cpio, mtime=0))


def images():
    from PIL import Image, PngImagePlugin
    image = Image.new("RGB", (2, 2))
    exif = Image.Exif()
    exif[0x010E] = SSN
    image.save("jpeg.jpg", exif=exif)
    image.save("tiff.tif", tiffinfo={0x010E: SSN})
    image.save("webp.webp", exif=exif)
    image.save("heif.avif", exif=exif)
    image.save("gif.gif", comment=TEXT)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SSN)
    image.save("png.png", pnginfo=notes)


def data():
    import fastavro, pyarrow, pyarrow.orc, pyarrow.parquet
    rows = {"employee_ssn": ["536-90-4399", "000-90-4399"], "note": ["a", "b"]}
    table = pyarrow.table(rows)
    pyarrow.parquet.write_table(table, "parquet.parquet", write_page_checksum=True)
    pyarrow.orc.write_table(table, "orc.orc")
    schema = {"type": "record", "name": "Staff", "fields": [{"name": name, "type": "string"} for name in rows]}
    with open("avro.avro", "wb") as file:
        fastavro.writer(file, schema, [dict(zip(rows, row)) for row in zip(*rows.values())], codec="deflate")
    for name in ["sqlite.db", "wal.db", "wal.db-wal"]:
        if os.path.exists(name):
            os.remove(name)
    create = "CREATE TABLE staff (id INTEGER PRIMARY KEY, employee_ssn TEXT, note TEXT)"
    insert = "INSERT INTO staff (employee_ssn, note) VALUES (?, ?)"
    connection = sqlite3.connect("sqlite.db")
    connection.execute("PRAGMA page_size = 1024")
    connection.execute(create)
    connection.executemany(insert, zip(*rows.values()))
    connection.commit()
    connection.close()
    # All of a new database is in its log, until that is written back.
    connection = sqlite3.connect("wal.db")
    connection.execute("PRAGMA page_size = 1024")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(create)
    connection.executemany(insert, zip(*rows.values()))
    connection.commit()
    with open("wal.db-wal", "rb") as log:
        put("sqlite-wal.db-wal", log.read())
    connection.close()
    os.remove("wal.db")


def texts():
    put("rtf.rtf", rf"{{\rtf1\ansi {SSN}\par {MISS}\par}}".encode())
    put("mail.eml", b"From: ann@example.com\r\nTo: bob@example.com\r\nSubject: Staff\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain\r\n\r\n" + TEXT.replace(b"\n", b"\r\n"))
    put("mbox.mbox", b"From ann@example.com Thu Jan  1 00:00:00 2026\nFrom: ann@example.com\nTo: bob@example.com\n"
        b"Subject: Staff\n\n" + TEXT + b"\n")
    put("json.json", b'{"staff": [{"employee_ssn": "536-90-4399"}, {"employee_ssn": "000-90-4399"}]}\n')
    put("jsonl.jsonl", b'{"employee_ssn": "536-90-4399"}\n{"employee_ssn": "000-90-4399"}\n')
    put("xml.xml", f"<?xml version=\"1.0\"?>\n<staff>\n<a>{SSN}</a>\n<b>{MISS}</b>\n</staff>\n".encode())
    put("html.html", f"<!DOCTYPE html>\n<html><body>\n<p>{SSN}</p>\n<p>{MISS}</p>\n</body></html>\n".encode())
    put("csv.csv", b"employee ssn,note\n536-90-4399,a\n000-90-4399,b\n")
    put("tsv.tsv", b"employee ssn\tnote\n536-90-4399\ta\n000-90-4399\tb\n")
    put("yaml.yaml", b"staff:\n  - employee_ssn: 536-90-4399\n  - employee_ssn: 000-90-4399\n")
    put("settings.ini", b"[staff]\nemployee_ssn = 536-90-4399\nother_ssn = 000-90-4399\n")
    put("table.md", b"# Staff\n\n| employee ssn | note |\n|--------------|------|\n| 536-90-4399  | a    |\n| 000-90-4399  | b    |\n")
    put("text.txt", TEXT)
    put("lfs.psd", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 12345\n".encode())
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
               "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               None, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    shown = f"BT /F1 12 Tf 72 720 Td ({SSN}) Tj 0 -16 Td ({MISS}) Tj ET"
    objects[3] = f"<</Length {len(shown)}>>stream\n{shown}\nendstream"
    out, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer <</Size {len(objects) + 1}/Root 1 0 R>>\n"
            f"startxref\n{len(out)}\n%%EOF\n")
    put("pdf.pdf", out.encode())


for write in [office, old_office, archives, images, data, texts]:
    write()
