import Foundation

/// Turns SVG into PNG by librsvg, where that is installed; nothing is linked.
///
/// Found when a PNG is asked for first: the library is on most desktops, and no part of Zoo needs it otherwise.
/// - Source: librsvg's `rsvg_handle_render_document` (2.46 and later), cairo's `cairo_surface_write_to_png_stream`.
package struct SVGRasteriser: Sendable {
    private typealias Status = Int32
    private typealias NewHandle =
        @convention(c) (UnsafePointer<UInt8>?, UInt, UnsafeMutableRawPointer?) ->
        OpaquePointer?
    /// The viewport is four doubles: x, y, width, height.
    private typealias Render =
        @convention(c) (
            OpaquePointer?, OpaquePointer?, UnsafePointer<Double>?, UnsafeMutableRawPointer?
        ) -> Int32
    private typealias NewSurface = @convention(c) (Int32, Int32, Int32) -> OpaquePointer?
    private typealias NewContext = @convention(c) (OpaquePointer?) -> OpaquePointer?
    private typealias Release = @convention(c) (OpaquePointer?) -> Void
    private typealias Sink = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt32) -> Status
    private typealias WritePNG = @convention(c) (OpaquePointer?, Sink, UnsafeMutableRawPointer?) -> Status

    private let newHandle: NewHandle
    private let render: Render
    private let newSurface: NewSurface
    private let newContext: NewContext
    private let writePNG: WritePNG
    private let releaseContext: Release
    private let releaseSurface: Release
    private let releaseObject: Release

    /// The system's librsvg, or nil where there is none.
    package static let installed = SVGRasteriser(names: names)

    private static var names: [String] {
        #if os(macOS)
            ["/opt/homebrew/lib/librsvg-2.2.dylib", "/usr/local/lib/librsvg-2.2.dylib", "librsvg-2.2.dylib"]
        #else
            ["librsvg-2.so.2"]
        #endif
    }

    /// Loads the first library that is there and whole.
    package init?(names: [String]) {
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else { return nil }
        // librsvg brings cairo and GObject along: one search finds the functions of all three.
        func function<Function>(_ name: String, as type: Function.Type) -> Function? {
            dlsym(library, name).map { unsafeBitCast($0, to: type) }
        }
        guard let newHandle = function("rsvg_handle_new_from_data", as: NewHandle.self),
            let render = function("rsvg_handle_render_document", as: Render.self),
            let newSurface = function("cairo_image_surface_create", as: NewSurface.self),
            let newContext = function("cairo_create", as: NewContext.self),
            let writePNG = function("cairo_surface_write_to_png_stream", as: WritePNG.self),
            let releaseContext = function("cairo_destroy", as: Release.self),
            let releaseSurface = function("cairo_surface_destroy", as: Release.self),
            let releaseObject = function("g_object_unref", as: Release.self)
        else { return nil }
        (self.newHandle, self.render, self.newSurface, self.newContext) = (newHandle, render, newSurface, newContext)
        (self.writePNG, self.releaseContext) = (writePNG, releaseContext)
        (self.releaseSurface, self.releaseObject) = (releaseSurface, releaseObject)
    }

    /// The bytes of a PNG file of `width` by `height` pixels; nil where the library cannot draw the document.
    package func png(_ svg: String, width: Int, height: Int) -> [UInt8]? {
        var svg = svg
        guard let handle = svg.withUTF8({ newHandle($0.baseAddress, UInt($0.count), nil) }) else { return nil }
        defer { releaseObject(handle) }
        let withoutAlpha: Int32 = 1  // CAIRO_FORMAT_RGB24
        let surface = newSurface(withoutAlpha, Int32(width), Int32(height))
        defer { releaseSurface(surface) }
        let context = newContext(surface)
        defer { releaseContext(context) }
        guard render(handle, context, [0, 0, Double(width), Double(height)], nil) != 0 else { return nil }
        var bytes: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &bytes) { bytes in
            writePNG(
                surface,
                { bytes, part, count in
                    guard let bytes, let part else { return 11 }  // CAIRO_STATUS_WRITE_ERROR
                    bytes.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: part, count: Int(count)))
                    return 0
                }, bytes)
        }
        return status == 0 && !bytes.isEmpty ? bytes : nil
    }
}
