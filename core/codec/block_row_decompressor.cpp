#include "core/codec/block_row_decompressor.h"

#include "core/codec/inverse_transform.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace origami {
namespace {

// Some other libjpeg, perhaps: nobody promises how it goes about its memory.
[[noreturn]] void failUnexpectedly(j_common_ptr common) {
    LibjpegErrorManager::fail(common, ErrorCode::Unsupported, "libjpeg asks for coefficients in an unknown way");
}

}  // namespace

void BlockRowDecompressor::prepare(std::span<const MutablePlaneView> planes) {
    std::size_t blocks = 0;
    std::size_t widest = 0;
    for (std::size_t i = 0; i < planes.size(); ++i) {
        const jpeg_component_info& component = comp_info[i];
        const auto across = static_cast<std::size_t>(component.h_samp_factor);
        const std::size_t columns = component.width_in_blocks;
        m_windows[i] = {.plane = planes[i],
                        .columns = columns,
                        .columnsInMcus = (columns + across - 1) / across * across,
                        .rowsAtOnce = static_cast<JDIMENSION>(component.v_samp_factor)};
        blocks += m_windows[i].columnsInMcus * m_windows[i].rowsAtOnce;
        widest = std::max(widest, columns);
    }
    m_coefficients.resize(blocks * kBlockSize);
    m_spare.resize(widest * kBlockSize);
    std::int16_t* row = m_coefficients.data();
    for (std::size_t i = 0; i < planes.size(); ++i) {
        for (std::size_t y = 0; y < m_windows[i].rowsAtOnce; ++y) {
            m_windows[i].rows[y] = reinterpret_cast<JBLOCKROW>(row);
            row += m_windows[i].columnsInMcus * kBlockSize;
        }
    }
}

const HuffmanTable* BlockRowDecompressor::huffmanTable(HuffmanClass of, int number) {
    if (number < 0 || number >= NUM_HUFF_TBLS) {
        return nullptr;
    }
    const JHUFF_TBL* const table = (of == HuffmanClass::Dc ? dc_huff_tbl_ptrs : ac_huff_tbl_ptrs)[number];
    if (table == nullptr) {
        return nullptr;
    }
    HuffmanCodes codes;
    std::ranges::copy(table->bits, codes.counts.begin());
    std::ranges::copy(table->huffval, codes.symbols.begin());
    return m_huffmanTables.find(of, codes);
}

bool BlockRowDecompressor::decodeRows() {
    if (arith_code || progressive_mode || restart_interval != 0 || comps_in_scan != num_components || Ss != 0 ||
        Se != kBlockSize - 1 || Ah != 0 || Al != 0) {
        return false;
    }
    std::array<ScanComponent, 3> components;
    const std::span used(components.data(), static_cast<std::size_t>(num_components));
    for (std::size_t i = 0; i < used.size(); ++i) {
        const jpeg_component_info& component = comp_info[i];
        const int steps = component.quant_tbl_no;
        used[i] = {.dc = huffmanTable(HuffmanClass::Dc, component.dc_tbl_no),
                   .ac = huffmanTable(HuffmanClass::Ac, component.ac_tbl_no),
                   .across = static_cast<std::size_t>(component.h_samp_factor),
                   .down = static_cast<std::size_t>(component.v_samp_factor)};
        if (cur_comp_info[i] != &component || used[i].dc == nullptr || used[i].ac == nullptr || steps < 0 ||
            steps >= NUM_QUANT_TBLS || quant_tbl_ptrs[steps] == nullptr) {
            return false;
        }
        std::ranges::copy(quant_tbl_ptrs[steps]->quantval, m_windows[i].steps.begin());
        for (std::size_t y = 0; y < used[i].down; ++y) {
            used[i].rows[y] = m_windows[i].rows[y][0];
        }
    }
    // Of one component alone each block is an MCU, whatever its factors are.
    if ((used.size() == 1 && used[0].across * used[0].down != 1) ||
        !m_scan.begin(std::as_bytes(std::span(src->next_input_byte, src->bytes_in_buffer)))) {
        return false;
    }
    const std::span windows(m_windows.data(), used.size());
    for (JDIMENSION row = 0; row < total_iMCU_rows; ++row) {
        std::ranges::for_each(windows, clearRows);
        if (!m_scan.decode(used, m_windows[0].columnsInMcus / used[0].across)) {
            return false;
        }
        for (Window& window : windows) {
            window.next += window.rowsAtOnce;
            transformRows(window);
        }
    }
    return m_scan.isAtEnd();
}

void BlockRowDecompressor::readRows() {
    for (Window& window : m_windows) {
        window.next = 0;
    }
    m_requested = 0;
    m_request = mem->request_virt_barray;
    m_access = mem->access_virt_barray;
    mem->request_virt_barray = requestRows;
    mem->access_virt_barray = accessRows;
    jpeg_read_coefficients(this);
    for (std::size_t i = 0; i < m_requested; ++i) {
        transformRows(m_windows[i]);
    }
}

void BlockRowDecompressor::restore() noexcept {
    if (m_request != nullptr) {
        mem->request_virt_barray = std::exchange(m_request, nullptr);
        mem->access_virt_barray = std::exchange(m_access, nullptr);
    }
}

BlockRowDecompressor& BlockRowDecompressor::of(j_common_ptr common) {
    return *static_cast<BlockRowDecompressor*>(reinterpret_cast<j_decompress_ptr>(common));
}

// Called for one component after the other.
jvirt_barray_ptr BlockRowDecompressor::requestRows(j_common_ptr common, int /*pool*/, boolean /*preZero*/,
                                                   JDIMENSION columns, JDIMENSION /*rows*/, JDIMENSION rowsAtOnce) {
    BlockRowDecompressor& self = of(common);
    Window& window = self.m_windows[self.m_requested];
    if (static_cast<int>(self.m_requested) == self.num_components || columns != window.columnsInMcus ||
        rowsAtOnce != window.rowsAtOnce) {
        failUnexpectedly(common);
    }
    ++self.m_requested;
    return reinterpret_cast<jvirt_barray_ptr>(&window);
}

JBLOCKARRAY BlockRowDecompressor::accessRows(j_common_ptr common, jvirt_barray_ptr array, JDIMENSION first,
                                             JDIMENSION count, boolean /*writable*/) {
    BlockRowDecompressor& self = of(common);
    Window& window = *reinterpret_cast<Window*>(array);
    if (first != window.next || count != window.rowsAtOnce) {
        failUnexpectedly(common);
    }
    if (first > 0) {
        self.transformRows(window);
    } else {
        const auto index = static_cast<std::size_t>(&window - self.m_windows.data());
        std::ranges::copy(self.comp_info[index].quant_table->quantval, window.steps.begin());
    }
    window.next += count;
    clearRows(window);
    return window.rows.data();
}

// Only what is not zero is written.
void BlockRowDecompressor::clearRows(Window& window) {
    for (JDIMENSION y = 0; y < window.rowsAtOnce; ++y) {
        std::memset(window.rows[y], 0, window.columnsInMcus * sizeof(JBLOCK));
    }
}

void BlockRowDecompressor::transformRows(const Window& window) {
    const auto width = static_cast<int>(window.columns) * kBlockSide;
    for (JDIMENSION y = 0; y < window.rowsAtOnce; ++y) {
        const std::span<const JCOEF> levels(window.rows[y][0], window.columns * kBlockSize);
        const int top = static_cast<int>(window.next - window.rowsAtOnce + y) * kBlockSide;
        const int rows = std::min(kBlockSide, window.plane.height - top);
        if (rows == kBlockSide) {
            inverseTransform(levels, window.steps, {window.plane.row(top), width, kBlockSide, window.plane.stride});
        } else if (rows > 0) {
            const MutablePlaneView spare{m_spare.data(), width, kBlockSide, width};
            inverseTransform(levels, window.steps, spare);
            for (int row = 0; row < rows; ++row) {
                std::copy_n(spare.row(row), window.plane.width, window.plane.row(top + row));
            }
        }
    }
}

}  // namespace origami
