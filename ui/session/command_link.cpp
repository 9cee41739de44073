#include "ui/session/command_link.h"

#include "ui/session/slide_path.h"

#include <QCoreApplication>
#include <QStandardPaths>

#include <fmt/format.h>

#include <string>
#include <system_error>

namespace origami {
namespace {

namespace fs = std::filesystem;

QString tr(const char* text) {
    return QCoreApplication::translate("CommandLink", text);
}

// Whether the path is on a mounted disk image, or where macOS runs an application that was just downloaded.
bool willNotStay(const fs::path& path) {
    const std::string text = path.string();
    return text.starts_with("/Volumes/") || text.find("/AppTranslocation/") != std::string::npos;
}

// Whether a link leads, or once led, to the command of this name in an application bundle.
bool isOurs(const fs::path& link, const fs::path& command) {
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    return !error && target.filename() == command.filename() &&
           target.string().find("Origami Viewer.app/Contents/MacOS/") != std::string::npos;
}

}  // namespace

Result<fs::path> linkCommand(const fs::path& command, const std::vector<fs::path>& folders) {
    if (willNotStay(command)) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{} will not stay where it is; move Origami Viewer to the Applications folder and "
                                 "open it from there first",
                                 command.string())};
    }
    std::error_code error;
    if (!fs::exists(command, error)) {
        return Error{ErrorCode::NotFound, fmt::format("there is no command {}", command.string())};
    }
    std::string reasons;
    for (const fs::path& folder : folders) {
        const fs::path link = folder / command.filename();
        if (fs::equivalent(link, command, error)) {
            return link;
        }
        if (fs::exists(fs::symlink_status(link, error))) {
            if (!isOurs(link, command)) {
                return Error{ErrorCode::Io, fmt::format("{} is there already and does not belong to Origami Viewer, so "
                                                        "it was left as it is",
                                                        link.string())};
            }
            fs::remove(link, error);
        } else if (&folder == &folders.back()) {
            fs::create_directories(folder, error);
        }
        fs::create_symlink(command, link, error);
        if (!error) {
            return link;
        }
        reasons += fmt::format("{}{} ({})", reasons.empty() ? "" : " or ", folder.string(), error.message());
    }
    return Error{ErrorCode::Io, fmt::format("no link could be made in {}", reasons)};
}

Result<QString> linkCommandForUser(const fs::path& command) {
    const fs::path ownFolder =
        toPath(QStandardPaths::writableLocation(QStandardPaths::HomeLocation)) / ".local" / "bin";
    const Result<fs::path> link = linkCommand(command, {"/usr/local/bin", ownFolder});
    if (!link) {
        return link.error();
    }
    QString sentences = tr("The command is linked as %1. In a terminal, try: origami --help").arg(fromPath(*link));
    if (link->parent_path() == ownFolder) {
        sentences += QStringLiteral("\n\n") + tr("If the terminal does not find it, add this line to ~/.zprofile: "
                                                 "export PATH=\"$HOME/.local/bin:$PATH\"");
    }
    return sentences;
}

}  // namespace origami
