#include "core/replay/trace_file.h"

#include "core/metrics/timeline.h"
#include "core/storage/staged_file.h"

#include <utility>

namespace origami {

Result<TraceSummary> writeTraceFile(const std::filesystem::path& path, std::span<const FamilyRecord> families,
                                    std::int64_t familiesDropped) {
    Result<StagedFile> file = StagedFile::create(path, true);
    if (!file) {
        return std::move(file).error();
    }
    Result<void> written;
    std::uint64_t offset = 0;
    const TraceSummary summary = writeTraceEvents(families, familiesDropped, [&](std::string_view piece) {
        written = file->write(offset, std::as_bytes(std::span(piece)));
        offset += piece.size();
        return static_cast<bool>(written);
    });
    if (written) {
        written = file->commit();
    }
    if (!written) {
        return std::move(written).error();
    }
    return summary;
}

Result<void> prepareTrace(const std::filesystem::path& path) {
    setTimelineCapacity(kLongSpansPerThread);
    const Result<StagedFile> file = StagedFile::create(path, true);
    return file ? Result<void>{} : file.error();
}

}  // namespace origami
