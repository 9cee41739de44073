#include "core/engine/started_families.h"

#include "core/engine/view_modes.h"

#include <algorithm>

namespace origami {

void FamilyOrigin::addTo(FamilyRecord& record, ViewMode mode) const {
    record.queueMs = queueMs;
    record.reason = reason;
    record.variant = static_cast<std::uint32_t>(mode);
    record.requestedNs = requestedNs;
}

StartedFamily::StartedFamily(std::shared_ptr<OpenSlide> slide, FamilyStreams bytes, ViewMode shownAs, BufferPool* pool,
                             FamilyOrigin from)
    : open(std::move(slide)), streams(std::move(bytes)), mode(shownAs), origin(from) {
    begin(pool);
}

void StartedFamily::begin(BufferPool* pool) {
    parts.emplace(open->slide->pyramid(), streams, rebuiltMode(mode), pool);
}

FamilyRecord StartedFamily::record() const {
    FamilyRecord record = parts->record();
    record.slideId = open->slide->info().id;
    origin.addTo(record, mode);
    addRead(record, origin.read);
    for (const StageSpan& upload : uploads) {
        record.addUpload(upload);
    }
    return record;
}

StartedFamilies::Pointer StartedFamilies::take(const JobKey& key) {
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_families, key, &Kept::first);
    if (found == m_families.end()) {
        return nullptr;
    }
    Pointer family = std::move(found->second);
    m_families.erase(found);
    return family;
}

StartedFamilies::Pointer StartedFamilies::keep(const JobKey& key, Pointer family) {
    const std::lock_guard lock(m_mutex);
    m_families.emplace_back(key, std::move(family));
    if (m_families.size() <= m_limit) {
        return nullptr;
    }
    Pointer oldest = std::move(m_families.front().second);
    m_families.pop_front();
    return oldest;
}

void StartedFamilies::drop(SlideKey slide) {
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_families, [slide](const Kept& kept) { return kept.first.slide == slide; });
}

std::optional<FamilyRecord> StartedFamilies::recordOf(const JobKey& key) {
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_families, key, &Kept::first);
    return found != m_families.end() ? std::optional(found->second->record()) : std::nullopt;
}

bool StartedFamilies::addUpload(const JobKey& key, const StageSpan& upload) {
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_families, key, &Kept::first);
    if (found == m_families.end()) {
        return false;
    }
    found->second->uploads.push_back(upload);
    return true;
}

std::vector<FamilySummary> StartedFamilies::summaries(SlideKey slide, ViewMode mode) {
    std::vector<FamilySummary> all;
    const std::lock_guard lock(m_mutex);
    for (const auto& [key, family] : m_families) {
        if (key.slide == slide && key.variant == static_cast<std::uint32_t>(mode) &&
            family->parts->record().totalMs > 0) {
            all.push_back(summaryOf(family->record()));
        }
    }
    return all;
}

std::vector<FamilyRecord> StartedFamilies::records() {
    std::vector<FamilyRecord> all;
    const std::lock_guard lock(m_mutex);
    for (const auto& [key, family] : m_families) {
        if (family->parts->record().totalMs > 0) {
            all.push_back(family->record());
        }
    }
    return all;
}

}  // namespace origami
