# What is installed, and the packages made of it: a .deb on Linux, an application in a .dmg on macOS. Included last.
set(ORIGAMI_APP_ID io.github.origamiviewer.OrigamiViewer)
set(package_source ${PROJECT_SOURCE_DIR}/packaging)
set(package_binary ${PROJECT_BINARY_DIR}/packaging)

# The icon in every size that desktops ask for, from the one drawing.
find_program(RSVG_CONVERT rsvg-convert REQUIRED)
find_program(ICONUTIL iconutil)
set(icon_drawing ${PROJECT_SOURCE_DIR}/resources/icons/origami-viewer.svg)
set(icon_files "")
function(origami_icon file pixels)
    add_custom_command(OUTPUT ${file} DEPENDS ${icon_drawing}
        COMMAND ${RSVG_CONVERT} --width ${pixels} --height ${pixels} --output ${file} ${icon_drawing}
        VERBATIM)
    set(icon_files ${icon_files} ${file} PARENT_SCOPE)
endfunction()
file(MAKE_DIRECTORY ${package_binary}/icons ${package_binary}/OrigamiViewer.iconset)
foreach(size 16 32 48 64 128 256 512)
    origami_icon(${package_binary}/icons/${size}.png ${size})
endforeach()
foreach(points 16 32 128 256 512)
    math(EXPR twice "2 * ${points}")
    origami_icon(${package_binary}/OrigamiViewer.iconset/icon_${points}x${points}.png ${points})
    origami_icon(${package_binary}/OrigamiViewer.iconset/icon_${points}x${points}@2x.png ${twice})
endforeach()
set(icns_file ${package_binary}/OrigamiViewer.icns)
if(ICONUTIL)
    set(make_icns ${ICONUTIL} --convert icns ${package_binary}/OrigamiViewer.iconset --output ${icns_file})
else()
    set(make_icns ${package_source}/macos/make-icns ${package_binary}/OrigamiViewer.iconset ${icns_file})
endif()
add_custom_command(OUTPUT ${icns_file} DEPENDS ${icon_files} ${package_source}/macos/make-icns
    COMMAND ${make_icns} VERBATIM)

# Desktop files of both systems are made on both: the tests look at all of them.
if(openslide_major GREATER_EQUAL 4)
    set(ORIGAMI_OPENSLIDE_4_MIME_TYPES "application/dicom;")
endif()
set(ORIGAMI_MINIMUM_MACOS "${CMAKE_OSX_DEPLOYMENT_TARGET}")
if(NOT ORIGAMI_MINIMUM_MACOS)
    set(ORIGAMI_MINIMUM_MACOS 13.0)
endif()
configure_file(${package_source}/macos/Info.plist.in ${package_binary}/Info.plist @ONLY)
foreach(file ${ORIGAMI_APP_ID}.desktop ${ORIGAMI_APP_ID}.metainfo.xml origami.1 origami-viewer.1)
    configure_file(${package_source}/linux/${file}.in ${package_binary}/${file} @ONLY)
endforeach()
set(compressed_files "")
foreach(file ${package_binary}/origami.1 ${package_binary}/origami-viewer.1 ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
    cmake_path(GET file FILENAME name)
    set(compressed ${package_binary}/${name}.gz)
    add_custom_command(OUTPUT ${compressed} DEPENDS ${file}
        COMMAND sh -c "gzip -9 --no-name --stdout \"$1\" > \"$2\"" sh ${file} ${compressed}
        VERBATIM)
    list(APPEND compressed_files ${compressed})
endforeach()
add_custom_target(package_files ALL DEPENDS ${icon_files} ${icns_file} ${compressed_files})

set(CPACK_PACKAGE_NAME origami-viewer)
set(CPACK_PACKAGE_VENDOR "Origami Viewer contributors")
set(CPACK_PACKAGE_CONTACT "Origami Viewer contributors <origamiviewer@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "viewer for whole-slide images of microscope slides")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)

if(APPLE)
    set(bundle "Origami Viewer.app")
    # Icons are SVG: macdeployqt takes the plugin along where the program names the library.
    find_package(Qt6 6.8 REQUIRED COMPONENTS Svg)  # 6.8: menus where macOS has them
    target_link_libraries(origami-viewer PRIVATE Qt6::Svg)
    target_sources(origami-viewer PRIVATE ${icns_file})
    add_dependencies(origami-viewer package_files)
    set_source_files_properties(${icns_file} PROPERTIES
        TARGET_DIRECTORY origami-viewer MACOSX_PACKAGE_LOCATION Resources GENERATED TRUE)
    set_target_properties(origami-viewer PROPERTIES
        OUTPUT_NAME "Origami Viewer"
        MACOSX_BUNDLE TRUE
        MACOSX_BUNDLE_INFO_PLIST ${package_binary}/Info.plist)
    set_target_properties(origami origami-viewer PROPERTIES INSTALL_RPATH "@executable_path/../Frameworks")
    install(TARGETS origami-viewer BUNDLE DESTINATION .)
    install(TARGETS origami RUNTIME DESTINATION "${bundle}/Contents/MacOS")
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/resources/licences DESTINATION "${bundle}/Contents/Resources")
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION "${bundle}/Contents/Resources")
    install(FILES ${package_binary}/origami.1 ${package_binary}/origami-viewer.1
        DESTINATION "${bundle}/Contents/Resources/man/man1")
    # Libraries move in, then all is checked and signed.
    install(CODE "execute_process(COMMAND \"${package_source}/macos/bundle\"
        \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${bundle}\" COMMAND_ERROR_IS_FATAL ANY)")

    set(CPACK_GENERATOR DragNDrop)
    set(CPACK_STRIP_FILES OFF)  # which would break the signatures
    set(CPACK_DMG_VOLUME_NAME "Origami Viewer")
    set(CPACK_PACKAGE_FILE_NAME "Origami-Viewer-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR}")
else()
    include(GNUInstallDirs)
    set(doc ${CMAKE_INSTALL_DATADIR}/doc/origami-viewer)
    install(TARGETS origami origami-viewer RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES ${package_binary}/${ORIGAMI_APP_ID}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES ${package_binary}/${ORIGAMI_APP_ID}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${package_source}/linux/${ORIGAMI_APP_ID}.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
    install(FILES ${package_binary}/origami.1.gz ${package_binary}/origami-viewer.1.gz
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    set(icon_theme ${CMAKE_INSTALL_DATADIR}/icons/hicolor)
    foreach(size 16 32 48 64 128 256 512)
        install(FILES ${package_binary}/icons/${size}.png DESTINATION ${icon_theme}/${size}x${size}/apps
            RENAME ${ORIGAMI_APP_ID}.png)
    endforeach()
    install(FILES ${icon_drawing} DESTINATION ${icon_theme}/scalable/apps RENAME ${ORIGAMI_APP_ID}.svg)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/resources/licences DESTINATION ${doc})
    install(FILES ${package_source}/linux/copyright DESTINATION ${doc})
    install(FILES ${package_binary}/CHANGELOG.md.gz DESTINATION ${doc} RENAME changelog.gz)

    set(CPACK_GENERATOR DEB)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
        OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SECTION science)
    set(CPACK_DEBIAN_PACKAGE_HOMEPAGE ${PROJECT_HOMEPAGE_URL})
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    # What only QML and plugin loaders know of: no scan of the programs finds it.
    file(STRINGS ${package_source}/packages/debian.txt run_packages REGEX "^(qml6-module-|libqt6svg6)")
    list(REMOVE_ITEM run_packages qml6-module-qttest)
    list(JOIN run_packages ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
    set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libgl1-mesa-dri, qt6-wayland")
    set(CPACK_PACKAGE_DESCRIPTION
"Shows microscope slides of many gigapixels: they open at once, and panning
and zooming do not wait. It is made for ORIGAMI slides, which store full
resolution as small residuals on an interpolated quarter-size image, and
opens what OpenSlide and Deep Zoom know, too, and plain images. The command
origami does the same without a window.")
endif()
include(CPack)
