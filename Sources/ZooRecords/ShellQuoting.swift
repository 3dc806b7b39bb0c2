extension String {
    /// The text as one word of a POSIX shell: as it is where it has no special characters, else in single quotes.
    package var shellQuoted: String {
        let isPlain = unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "_-+=./:,@%^".unicodeScalars.contains(scalar)
        }
        // zsh expands a = at the beginning.
        if isPlain, !isEmpty, !hasPrefix("=") { return self }
        return "'" + replacing("'", with: "'\\''") + "'"
    }
}
