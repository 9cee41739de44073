# Settings that every target of ours shares: origami_target(NAME) after add_library or add_executable.
set(ORIGAMI_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
                     -Wnon-virtual-dtor -Woverloaded-virtual)

function(origami_target target)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_options(${target} PRIVATE ${ORIGAMI_WARNINGS})
    # ccache needs these to find precompiled headers.
    target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
        "$<$<CXX_COMPILER_ID:Clang,AppleClang>:SHELL:-Xclang -fno-pch-timestamp>")
    if(ORIGAMI_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(ORIGAMI_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${ORIGAMI_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all)
        target_link_options(${target} PUBLIC -fsanitize=${ORIGAMI_SANITIZE})
        if(ORIGAMI_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            target_compile_options(${target} PRIVATE -Wno-tsan)  # fences in the standard library's headers
        endif()
    endif()
endfunction()
